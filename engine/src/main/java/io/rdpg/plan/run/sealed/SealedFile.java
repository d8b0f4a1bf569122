package io.rdpg.plan.run.sealed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.SourceFile;
import io.rdpg.plan.system.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A sealed preview as a file: JSON whose last field is the seal, an HMAC over every byte before it.
 *
 * @param preview what it says
 * @param sealing the key at work in it
 */
public record SealedFile(SealedPreview preview, DocumentSeal sealing) {
  private static final String FORMAT = "rdpg-plan sealed preview";
  private static final int VERSION = 1;
  private static final String PURPOSE = "seal";
  private static final String AGAIN = "make it again: rdpg-plan apply PLAN --dry-run --out FILE";

  private static final Pattern END = Pattern.compile("  \"seal\" : \"([0-9a-f]{64})\"\n}\n\\z");
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /**
   * Fails early where {@link #write} would.
   *
   * @throws Failure when no file can be put there
   */
  public static void checkPlace(Path file) {
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null || !Files.isDirectory(directory) || !Files.isWritable(directory)) {
      throw Failure.of(
          Code.BAD_COMMAND_LINE,
          "--out " + file + ": can't create a file in " + directory,
          "create the directory first");
    }
    if (Files.isDirectory(file)) {
      throw Failure.of(
          Code.BAD_COMMAND_LINE, "--out " + file + " is a directory", "name a file in it");
    }
  }

  /**
   * Puts it in place, readable for its owner alone.
   *
   * @throws Failure when it can't be written
   */
  public void write(Path file) {
    try (AtomicFile next = AtomicFile.ownerOnly(file)) {
      next.write(text()).replace();
    } catch (IOException e) {
      throw Failure.of(
          Code.FILE_FAILED, "the sealed preview can't be written to " + file + ": " + e);
    }
  }

  private String text() throws JsonProcessingException {
    ObjectNode document = JSON.createObjectNode();
    document.put("format", FORMAT);
    document.put("version", VERSION);
    document.setAll((ObjectNode) JSON.valueToTree(preview));
    String body = JSON.writeValueAsString(document).replaceFirst("\n}$", ",\n");
    byte[] seal = sealing.key().mac(PURPOSE, body.getBytes(StandardCharsets.UTF_8));
    return body + "  \"seal\" : \"" + HexFormat.of().formatHex(seal) + "\"\n}\n";
  }

  /**
   * Reads one whose seal is whole.
   *
   * @throws Failure when it is none, was sealed with another key, or is not as it was written
   */
  public static SealedFile read(Path file, SealKey key) {
    String text = content(file);
    Matcher end = END.matcher(text);
    if (!end.find()) {
      throw refused(file, "is not a complete sealed preview", AGAIN);
    }
    byte[] body = text.substring(0, end.start()).getBytes(StandardCharsets.UTF_8);
    byte[] seal = HexFormat.of().parseHex(end.group(1));
    JsonNode document = tree(file, text);
    if (!MessageDigest.isEqual(seal, key.mac(PURPOSE, body))) {
      boolean otherKey = !key.fingerprint().equals(document.path("key").asText());
      throw otherKey
          ? refused(
              file, "was sealed with another key", "give that key's file in $" + SealKey.VARIABLE)
          : refused(file, "was changed after it was sealed", AGAIN);
    }
    if (!document.path("format").asText().equals(FORMAT)
        || document.path("version").asInt() != VERSION) {
      throw refused(file, "has a format that this rdpg-plan can't read", AGAIN);
    }
    ObjectNode said = ((ObjectNode) document).without(List.of("format", "version", "seal"));
    try {
      SealedPreview preview = JSON.treeToValue(said, SealedPreview.class);
      return new SealedFile(preview, DocumentSeal.of(key, preview.nonce()));
    } catch (JsonProcessingException e) {
      throw refused(file, "has a format that this rdpg-plan can't read", AGAIN);
    }
  }

  private static String content(Path file) {
    if (Files.notExists(file)) {
      throw Failure.of(Code.MISSING_FILE, "there is no sealed preview " + file, AGAIN);
    }
    try {
      return SourceFile.read(file, SourceFile.MOST_TEXT);
    } catch (Failure failure) {
      throw failure.diagnostic().code() == Code.SYNTAX
          ? refused(file, "is not a sealed preview", AGAIN)
          : failure;
    }
  }

  private static JsonNode tree(Path file, String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw refused(file, "was changed after it was sealed", AGAIN);
    }
  }

  private static Failure refused(Path file, String what, String hint) {
    return Diagnostic.of(Code.BAD_SEAL, file + " " + what).withHint(hint).failure();
  }

  /** The arguments of {@code -e}, encrypted. */
  public static String hideExtra(DocumentSeal sealing, List<String> extra) {
    try {
      return sealing.hide(JSON.writeValueAsString(extra));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("strings can be written", e);
    }
  }

  /** The arguments of {@code -e}, which may be secrets. */
  public List<String> extra() {
    try {
      return JSON.readValue(
          sealing.reveal(preview.asked().extra()), new TypeReference<List<String>>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("of a document whose seal is valid", e);
    }
  }
}
