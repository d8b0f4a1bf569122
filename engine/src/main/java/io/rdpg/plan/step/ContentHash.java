package io.rdpg.plan.step;

import io.rdpg.plan.language.model.Text;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Hashes the content of configuration files, see {@code ConfigurationState}. */
public final class ContentHash {
  private ContentHash() {}

  /** SHA-256, hexadecimal. */
  public static String of(Text content) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of()
          .formatHex(sha.digest(content.reveal().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
