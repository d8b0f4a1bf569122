package io.rdpg.plan.language.format;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Span;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one form of a YAML text. Lines are neither joined nor split; comments, and scalars as they
 * are written, stay as they are. What comes out is read again and compared before it is given.
 */
public final class YamlFormatter {
  private YamlFormatter() {}

  /**
   * The formatted text; empty after an error, which is reported: it can't be parsed ({@code syntax}
   * and others), or formatting would change its meaning ({@code internal}).
   *
   * @param name the file's name, for diagnostics
   * @param text all of it
   */
  public static Optional<String> of(String name, String text, Diagnostics diagnostics) {
    String source = lineFeeds(text);
    int strange = strangeLineEnd(source);
    if (strange >= 0) {
      diagnostics.add(
          Diagnostic.at(
                  span(name, source, lineOf(source, strange)),
                  Code.SYNTAX,
                  String.format("the character U+%04X ends a line", (int) source.charAt(strange)))
              .withHint("write it as an escape in double quotes: \\N, \\L or \\P"));
      return Optional.empty();
    }
    Optional<Object> values = YamlFingerprint.values(name, text, diagnostics);
    if (values.isEmpty()) {
      return Optional.empty();
    }
    try {
      String laidOut = laidOut(source);
      String difference = difference(name, values.get(), source, laidOut);
      if (difference == null) {
        return Optional.of(laidOut);
      }
      diagnostics.add(refused(Span.of(name), "formatting it would change " + difference));
    } catch (FormatException e) {
      diagnostics.add(
          refused(span(name, source, e.line()), "this can't be formatted: " + e.getMessage()));
    }
    return Optional.empty();
  }

  /** Reads both texts and says what differs; null when nothing does. */
  private static @Nullable String difference(
      String name, Object values, String source, String laidOut) {
    Optional<YamlFingerprint> before = YamlFingerprint.of(name, source, new Diagnostics());
    Optional<YamlFingerprint> after = YamlFingerprint.of(name, laidOut, new Diagnostics());
    if (before.isEmpty() || after.isEmpty()) {
      return "whether it can be read";
    }
    return before.get().values().equals(values)
        ? before.get().differenceTo(after.get())
        : "a value";
  }

  private static Diagnostic refused(Span at, String message) {
    return Diagnostic.at(at, Code.INTERNAL, message)
        .withHint("nothing was changed; please report it with this file");
  }

  private static String laidOut(String source) {
    if (source.isEmpty()) {
      return source;
    }
    List<YamlPart> parts = YamlParts.of(source);
    List<String> lines = YamlWriter.of(parts);
    String whole = String.join("\n", lines);
    return endsInsideBlock(source, parts) ? whole : whole + "\n";
  }

  /** Whether the last line is a block scalar's, which a line end would become a part of. */
  private static boolean endsInsideBlock(String source, List<YamlPart> parts) {
    return !source.endsWith("\n")
        && parts.stream()
            .filter(part -> part instanceof YamlPart.Word)
            .map(part -> (YamlPart.Word) part)
            .reduce((_, last) -> last)
            .filter(last -> last.kind() == YamlPart.Kind.BLOCK && last.lines().size() > 1)
            .isPresent();
  }

  /** With line ends as Unix writes them, and without a byte order mark. */
  private static String lineFeeds(String text) {
    String unmarked = text.startsWith("\uFEFF") ? text.substring(1) : text;
    return unmarked.replace("\r\n", "\n").replace('\r', '\n');
  }

  /** The index of a character that ends a line in YAML 1.1 only; else -1. */
  private static int strangeLineEnd(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\u0085' || text.charAt(i) == '\u2028' || text.charAt(i) == '\u2029') {
        return i;
      }
    }
    return -1;
  }

  private static int lineOf(String text, int at) {
    return (int) text.substring(0, at).chars().filter(c -> c == '\n').count();
  }

  private static Span span(String name, String text, int line) {
    return new Span(name, line + 1, 1, text.lines().skip(line).findFirst().orElse(""));
  }
}
