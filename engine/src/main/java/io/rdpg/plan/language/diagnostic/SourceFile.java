package io.rdpg.plan.language.diagnostic;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads text files within limits: never more than the limit is read into memory, nothing is opened
 * that could block, and errors are diagnostics.
 */
public final class SourceFile {
  /** Bytes of a plan, an inventory or a file of variables at most. */
  public static final int MOST_YAML = 3 << 20;

  /** Bytes of a template, a SQL file or a sealed preview at most. */
  public static final int MOST_TEXT = 16 << 20;

  /** Levels of maps and lists in each other at most, aliases followed. */
  public static final int DEEPEST = 50;

  /** Values in one YAML file at most, aliases followed. */
  public static final int MOST_VALUES = 100_000;

  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private SourceFile() {}

  /**
   * The text of a file, without a byte order mark.
   *
   * @param most its bytes at most
   * @throws Failure {@link Code#MISSING_FILE} when it can't be read, {@link Code#SYNTAX} when it is
   *     too large or no UTF-8
   */
  public static String read(Path file, int most) {
    return withoutMark(text(file, bytes(file, most)));
  }

  /**
   * Bytes of a file as text, with the byte order mark that they may begin with.
   *
   * @throws Failure {@link Code#SYNTAX} when they are no UTF-8
   */
  public static String text(Path file, byte[] bytes) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CharBuffer text = CharBuffer.allocate(bytes.length + 1);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CoderResult result = decoder.decode(in, text, true);
    text.flip();
    if (result.isError()) {
      throw notUtf8(file, bytes, in.position(), text.toString());
    }
    return text.toString();
  }

  /** What is in a file, as it is. */
  public static byte[] bytes(Path file, int most) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      if (attributes.isDirectory()) {
        throw unreadable(file, "it is a directory: name a file in it");
      }
      if (!attributes.isRegularFile() && !isOpenAlready(file)) {
        throw unreadable(file, "it is a pipe or a device: only regular files are read");
      }
      if (attributes.size() > most) {
        throw tooLarge(file, most);
      }
      try (InputStream in = Files.newInputStream(file)) {
        return bytes(in, file, most);
      }
    } catch (IOException | SecurityException e) {
      throw unreadable(file, Files.exists(file) ? "check that you can read it" : null);
    }
  }

  /**
   * All that a stream gives.
   *
   * @param file what it is called in messages
   * @param most its bytes at most
   */
  public static byte[] bytes(InputStream in, Path file, int most) throws IOException {
    byte[] bytes = in.readNBytes(most + 1);
    if (bytes.length > most) {
      throw tooLarge(file, most);
    }
    return bytes;
  }

  /** Opening a pipe waits for its writer; one that the shell has opened for us doesn't. */
  private static boolean isOpenAlready(Path file) {
    return Stream.of("/dev/fd", "/dev/stdin", "/proc/self/fd").anyMatch(file::startsWith);
  }

  /** The text without a byte order mark at its start. */
  public static String withoutMark(String text) {
    return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
  }

  /** The lines as YAML counts them: besides CR, LF and both, NEL, LS and PS end one. */
  public static List<String> lines(String text) {
    List<String> lines = new ArrayList<>();
    int begin = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n' || c == '\r' || c == '\u0085' || c == '\u2028' || c == '\u2029') {
        lines.add(text.substring(begin, i));
        if (c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n') {
          i++;
        }
        begin = i + 1;
      }
    }
    if (begin < text.length()) {
      lines.add(text.substring(begin));
    }
    return lines;
  }

  private static Failure unreadable(Path file, @Nullable String hint) {
    return Diagnostic.of(Code.MISSING_FILE, "the file " + file + " can't be read")
        .withHint(hint)
        .failure();
  }

  private static Failure tooLarge(Path file, int most) {
    return Diagnostic.at(
            Span.of(file.toString()),
            Code.SYNTAX,
            "the file is larger than " + (most >> 20) + " MiB, which is the limit")
        .withHint("check that it is the right file; if so, split it")
        .failure();
  }

  private static Failure notUtf8(Path file, byte[] bytes, int at, String before) {
    String unicode = unicode(bytes);
    if (unicode != null) {
      return Diagnostic.at(
              Span.of(file.toString()), Code.SYNTAX, "the file is not UTF-8, but " + unicode)
          .withHint("save it as UTF-8: iconv -f " + unicode + " -t UTF-8 " + file)
          .failure();
    }
    if (before.indexOf('\0') >= 0) {
      return Diagnostic.at(
              Span.of(file.toString()), Code.SYNTAX, "the file is not UTF-8: it is not text")
          .withHint("check that it is the right file")
          .failure();
    }
    List<String> lines = lines(withoutMark(before) + "?");
    return Diagnostic.at(
            new Span(
                file.toString(),
                lines.size(),
                lines.getLast().codePointCount(0, lines.getLast().length()),
                lines.getLast()),
            Code.SYNTAX,
            String.format("the file is not UTF-8: no character begins with byte 0x%02X", bytes[at]))
        .withHint("save it as UTF-8; if it is Latin-1 now: iconv -f LATIN1 -t UTF-8 " + file)
        .failure();
  }

  /** The name of the encoding whose byte order mark these bytes begin with; null for none. */
  private static @Nullable String unicode(byte[] bytes) {
    if (begins(bytes, 0, 0, 0xFE, 0xFF) || begins(bytes, 0xFF, 0xFE, 0, 0)) {
      return "UTF-32";
    }
    return begins(bytes, 0xFE, 0xFF) || begins(bytes, 0xFF, 0xFE) ? "UTF-16" : null;
  }

  private static boolean begins(byte[] bytes, int... wanted) {
    for (int i = 0; i < wanted.length; i++) {
      if (i >= bytes.length || (bytes[i] & 0xFF) != wanted[i]) {
        return false;
      }
    }
    return true;
  }
}
