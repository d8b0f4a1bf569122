package io.rdpg.plan.language.vault;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * One text that ansible-vault encrypted, in format 1.1 or 1.2: AES-256 in counter mode, keys and
 * counter by PBKDF2 with HMAC-SHA-256, the ciphertext authenticated by HMAC-SHA-256.
 *
 * @see <a
 *     href="https://docs.ansible.com/ansible/latest/vault_guide/vault_encrypting_content.html">Ansible,
 *     Format of files encrypted with Ansible Vault</a>
 */
final class VaultText {
  static final String HEADER = "$ANSIBLE_VAULT;";

  private static final int ITERATIONS = 10_000;
  private static final int KEY = 32;
  private static final int BLOCK = 16;

  private final String label;
  private final byte[] salt;
  private final byte[] mac;
  private final byte[] ciphertext;

  private VaultText(String label, byte[] salt, byte[] mac, byte[] ciphertext) {
    this.label = label;
    this.salt = salt;
    this.mac = mac;
    this.ciphertext = ciphertext;
  }

  /** The vault id that format 1.2 names; empty in 1.1. */
  String label() {
    return label;
  }

  /** Not what a vault writes. */
  static final class Malformed extends Exception {
    Malformed(String message) {
      super(message);
    }
  }

  static VaultText parse(String text) throws Malformed {
    List<String> lines = text.strip().lines().map(String::strip).toList();
    if (lines.isEmpty()) {
      throw new Malformed("it is empty");
    }
    String[] header = lines.getFirst().split(";", -1);
    if (header.length < 3 || !List.of("1.1", "1.2").contains(header[1])) {
      throw new Malformed("its format is not 1.1 or 1.2");
    }
    if (!header[2].equals("AES256")) {
      throw new Malformed("its cipher is " + header[2] + ", not AES256");
    }
    String[] parts =
        new String(
                unhex(String.join("", lines.subList(1, lines.size()))), StandardCharsets.US_ASCII)
            .split("\n", 3);
    if (parts.length != 3) {
      throw new Malformed("it is cut off");
    }
    byte[] salt = unhex(parts[0]);
    if (salt.length == 0) {
      throw new Malformed("it has no salt");
    }
    return new VaultText(
        header[1].equals("1.2") && header.length > 3 ? header[3] : "",
        salt,
        unhex(parts[1]),
        unhex(parts[2]));
  }

  private static byte[] unhex(String digits) throws Malformed {
    try {
      return HexFormat.of().parseHex(digits);
    } catch (IllegalArgumentException e) {
      throw new Malformed("it is cut off or changed");
    }
  }

  /** The text; empty when this password is not its own. */
  Optional<byte[]> open(char[] password) {
    try {
      byte[] keys =
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
              .generateSecret(new PBEKeySpec(password, salt, ITERATIONS, 8 * (KEY + KEY + BLOCK)))
              .getEncoded();
      Mac hmac = Mac.getInstance("HmacSHA256");
      hmac.init(new SecretKeySpec(keys, KEY, KEY, "HmacSHA256"));
      if (!MessageDigest.isEqual(hmac.doFinal(ciphertext), mac)) {
        return Optional.empty();
      }
      Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
      cipher.init(
          Cipher.DECRYPT_MODE,
          new SecretKeySpec(keys, 0, KEY, "AES"),
          new IvParameterSpec(keys, KEY + KEY, BLOCK));
      return Optional.of(withoutPadding(cipher.doFinal(ciphertext)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has these algorithms", e);
    }
  }

  /** PKCS #7: the last byte says how many there are. */
  private static byte[] withoutPadding(byte[] padded) {
    int padding = padded.length == 0 ? 0 : padded[padded.length - 1] & 0xFF;
    return Arrays.copyOf(padded, Math.max(0, padded.length - padding));
  }
}
