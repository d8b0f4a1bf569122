package io.rdpg.plan.language.template;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.postgresql.util.PasswordUtil;

/**
 * A password as PostgreSQL stores it ({@code pg_authid.rolpassword}), by RFC 5802 and RFC 7677 with
 * the password prepared by SASLprep (RFC 4013). PostgreSQL draws its salt at random; here the same
 * salt text always gives the same verifier, so that one can be compared with what a server holds.
 */
final class ScramVerifier {
  /** PostgreSQL's own defaults ({@code scram_iterations} and the salt's length). */
  private static final int ITERATIONS = 4096;

  private static final int SALT_BYTES = 16;

  private ScramVerifier() {}

  /** {@code SCRAM-SHA-256$4096:salt$StoredKey:ServerKey}, its salt drawn from a text. */
  static String of(String password, String salt) {
    return of(password, Arrays.copyOf(sha256(salt.getBytes(StandardCharsets.UTF_8)), SALT_BYTES));
  }

  static String of(String password, byte[] salt) {
    return PasswordUtil.encodeScramSha256(password.toCharArray(), ITERATIONS, salt);
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
