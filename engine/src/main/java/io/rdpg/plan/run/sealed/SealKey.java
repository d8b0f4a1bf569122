package io.rdpg.plan.run.sealed;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.system.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The key without which a sealed preview can neither be made nor performed: 32 random bytes. */
public final class SealKey {
  /** Names the key's file. */
  public static final String VARIABLE = "RDPG_PLAN_SEAL_KEY_FILE";

  private static final Pattern WRITTEN = Pattern.compile("[0-9a-fA-F]{64}");

  private final byte[] bytes;

  private SealKey(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The key's file: what {@link #VARIABLE} names, else one in the user's own configuration. */
  public static Path place(Map<String, String> environment) {
    String named = environment.getOrDefault(VARIABLE, "");
    if (!named.isEmpty()) {
      return Path.of(named);
    }
    String config = environment.getOrDefault("XDG_CONFIG_HOME", "");
    Path directory =
        config.isEmpty() ? Path.of(System.getProperty("user.home"), ".config") : Path.of(config);
    return directory.resolve("rdpg-plan").resolve("seal.key");
  }

  /**
   * The key in this file, which is made when it is not there.
   *
   * @throws Failure when it can't be read or made, or holds something else
   */
  public static SealKey readOrMake(Path file) {
    if (!Files.exists(file)) {
      make(file);
    }
    return read(file);
  }

  /**
   * The key in this file.
   *
   * @throws Failure when there is none
   */
  public static SealKey read(Path file) {
    try {
      if (!Files.exists(file)) {
        throw Failure.of(
            Code.MISSING_FILE,
            "there is no seal key in " + file,
            "a sealed preview is performed with the key that sealed it: give that key's file in $"
                + VARIABLE);
      }
      String written = Files.readString(file).strip();
      if (!WRITTEN.matcher(written).matches()) {
        throw Failure.of(
            Code.BAD_VALUE,
            file + " contains no seal key",
            "a seal key is 64 hexadecimal digits: openssl rand -hex 32 generates one");
      }
      return new SealKey(HexFormat.of().parseHex(written));
    } catch (IOException e) {
      throw Failure.of(
          Code.BAD_COMMAND_LINE,
          "could not read the seal key " + file + ": " + e.getMessage(),
          "$" + VARIABLE + " names another file");
    }
  }

  private static void make(Path file) {
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    Path directory = file.toAbsolutePath().getParent();
    try {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      try (AtomicFile next = AtomicFile.ownerOnly(file)) {
        next.write(HexFormat.of().formatHex(random) + "\n").create();
      }
    } catch (FileAlreadyExistsException somebodyMadeIt) {
      // Theirs is as good.
    } catch (IOException e) {
      throw Failure.of(
          Code.BAD_COMMAND_LINE,
          "could not create a seal key in " + file + ": " + e,
          "$" + VARIABLE + " names another file");
    }
  }

  /** The key's id, which reveals nothing of it. */
  String fingerprint() {
    return HexFormat.of().formatHex(mac("name of the key", new byte[0]), 0, 8);
  }

  /** HMAC-SHA256 with a key of this purpose's own. */
  byte[] mac(String purpose, byte[] message) {
    return hmac(hmac(bytes, purpose.getBytes(StandardCharsets.UTF_8)), message);
  }

  static byte[] hmac(byte[] key, byte[] message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }

  /** Never the key. */
  @Override
  public String toString() {
    return "seal key " + fingerprint();
  }
}
