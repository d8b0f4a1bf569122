package io.rdpg.plan.language.model;

import java.nio.charset.StandardCharsets;

/**
 * Puts {@code ***} in place of a secret in somebody else's words, also of the begin of one that
 * they repeat up to some length: PostgreSQL cuts a name after 63 bytes and a row's value after 64.
 */
public final class Redaction {
  /** In bytes; what is shorter is repeated whole. */
  private static final int MAY_BE_CUT = 40;

  /** By so many characters a secret is known; there are more in 63 bytes. */
  private static final int BEGIN = 16;

  private Redaction() {}

  /** Whether the words may hold a secret, or its begin. */
  public static boolean concerns(String words, String secret) {
    return words.contains(begin(secret));
  }

  /** The words without a secret that isn't empty. */
  public static String hide(String words, String secret) {
    String begin = begin(secret);
    int found = words.indexOf(begin);
    if (found < 0) {
      return words;
    }
    StringBuilder shown = new StringBuilder();
    int at = 0;
    for (; found >= 0; found = words.indexOf(begin, at)) {
      shown.append(words, at, found).append("***");
      at = found + common(words, found, secret);
    }
    return shown.append(words, at, words.length()).toString();
  }

  private static String begin(String secret) {
    return mayBeCut(secret) ? secret.substring(0, BEGIN) : secret;
  }

  private static boolean mayBeCut(String secret) {
    return secret.length() > MAY_BE_CUT
        || (secret.length() > BEGIN && secret.getBytes(StandardCharsets.UTF_8).length > MAY_BE_CUT);
  }

  /** How many characters of a secret are at a place of the words. */
  private static int common(String words, int at, String secret) {
    int most = Math.min(secret.length(), words.length() - at);
    int length = 0;
    while (length < most && words.charAt(at + length) == secret.charAt(length)) {
      length++;
    }
    return length;
  }
}
