package io.rdpg.plan.target.ssh;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads public keys and certificates in the form of the protocol (RFC 4253 section 6.6). */
final class KeyBytes {
  private static final String PRIVATE_BEGINS = "-----BEGIN OPENSSH PRIVATE KEY-----";
  private static final String PRIVATE_ENDS = "-----END OPENSSH PRIVATE KEY-----";
  private static final byte[] PRIVATE_MAGIC =
      "openssh-key-v1\0".getBytes(StandardCharsets.US_ASCII);
  private static final String VENDOR = "@openssh.com";

  private KeyBytes() {}

  /** The key's algorithm, such as {@code ssh-ed25519}; empty when it is no key. */
  static String type(byte[] key) {
    byte[] type = string(ByteBuffer.wrap(key));
    return type == null ? "" : new String(type, StandardCharsets.US_ASCII);
  }

  /** As {@code ssh-keygen -l} prints it. */
  static String fingerprint(byte[] key) {
    try {
      return "SHA256:"
          + Base64.getEncoder()
              .withoutPadding()
              .encodeToString(MessageDigest.getInstance("SHA-256").digest(key));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** The key of a {@code .pub} file's text; null when it holds none. */
  static byte @Nullable [] ofPublicFile(String text) {
    String[] words = text.strip().split("\\s+", 3);
    if (words.length < 2 || words[0].contains("-----")) {
      return null;
    }
    try {
      byte[] key = Base64.getDecoder().decode(words[1]);
      return type(key).equals(words[0]) ? key : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /**
   * The public key in a private key's file of OpenSSH's own form, which holds it in clear
   * (PROTOCOL.key in OpenSSH); null when the text is something else.
   */
  static byte @Nullable [] ofPrivateFile(String text) {
    String inner = text.strip();
    if (!inner.startsWith(PRIVATE_BEGINS) || !inner.endsWith(PRIVATE_ENDS)) {
      return null;
    }
    byte[] bytes;
    try {
      bytes =
          Base64.getMimeDecoder()
              .decode(
                  inner.substring(PRIVATE_BEGINS.length(), inner.length() - PRIVATE_ENDS.length()));
    } catch (IllegalArgumentException e) {
      return null;
    }
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    if (rest.remaining() < PRIVATE_MAGIC.length) {
      return null;
    }
    rest.position(PRIVATE_MAGIC.length);
    for (String _ : List.of("cipher", "key derivation", "its options")) {
      if (string(rest) == null) {
        return null;
      }
    }
    boolean keyFollows = rest.remaining() >= Integer.BYTES && rest.getInt() == 1;
    return keyFollows ? string(rest) : null;
  }

  /** Whether a key is one of RSA with a shorter modulus than this. */
  static boolean isShortRsa(byte[] key, int leastBits) {
    ByteBuffer rest = ByteBuffer.wrap(key);
    byte[] type = string(rest);
    byte[] exponent = string(rest);
    byte[] modulus = string(rest);
    return type != null
        && exponent != null
        && modulus != null
        && new String(type, StandardCharsets.US_ASCII).equals("ssh-rsa")
        && new BigInteger(1, modulus).bitLength() < leastBits;
  }

  /** Whether a security key makes this key's signatures, by its type. */
  static boolean isOfSecurityKey(byte[] key) {
    return type(key).startsWith("sk-");
  }

  /**
   * Whether a certificate is for a key: behind its type and a nonce it holds what the key holds
   * behind its own type (PROTOCOL.certkeys in OpenSSH).
   */
  static boolean certifies(byte[] certificate, byte[] key) {
    return behindKey(certificate, key) != null;
  }

  /** When a certificate for a key ends, in seconds since 1970; the largest number for never. */
  static long validBefore(byte[] certificate, byte[] key) {
    ByteBuffer rest = behindKey(certificate, key);
    if (rest == null || rest.remaining() < 12) {
      return 0;
    }
    rest.position(rest.position() + 12); // serial number and kind
    byte[] name = string(rest);
    byte[] principals = string(rest);
    if (name == null || principals == null || rest.remaining() < 16) {
      return 0;
    }
    rest.getLong();
    long before = rest.getLong();
    return before < 0 ? Long.MAX_VALUE : before;
  }

  private static @Nullable ByteBuffer behindKey(byte[] certificate, byte[] key) {
    ByteBuffer whole = ByteBuffer.wrap(certificate);
    ByteBuffer plain = ByteBuffer.wrap(key);
    byte[] type = string(whole);
    byte[] plainType = string(plain);
    if (type == null || plainType == null || string(whole) == null) {
      return null;
    }
    byte[] fields = new byte[plain.remaining()];
    plain.get(fields);
    if (!new String(type, StandardCharsets.US_ASCII)
            .startsWith(
                new String(plainType, StandardCharsets.US_ASCII).replace(VENDOR, "") + "-cert-")
        || whole.remaining() < fields.length) {
      return null;
    }
    byte[] certified = new byte[fields.length];
    whole.get(certified);
    return Arrays.equals(certified, fields) ? whole : null;
  }

  private static byte @Nullable [] string(ByteBuffer from) {
    if (from.remaining() < 4) {
      return null;
    }
    int length = from.getInt();
    if (length < 0 || length > from.remaining()) {
      return null;
    }
    byte[] string = new byte[length];
    from.get(string);
    return string;
  }
}
