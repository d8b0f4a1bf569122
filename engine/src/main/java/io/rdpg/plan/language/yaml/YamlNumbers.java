package io.rdpg.plan.language.yaml;

import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Numbers as YAML 1.1 writes them.
 *
 * @see <a href="https://yaml.org/type/int.html">YAML 1.1, int</a>
 * @see <a href="https://yaml.org/type/float.html">YAML 1.1, float</a>: with a dot, and a sign in
 *     the exponent, so that {@code 12e4} is text, such as a commit's id
 */
final class YamlNumbers {
  private static final Pattern FLOAT =
      Pattern.compile("([-+]?[0-9]+\\.[0-9]*|\\.[0-9]+)(e[-+][0-9]+)?");

  private YamlNumbers() {}

  /**
   * A Long, a BigInteger or a Double; empty for base 60, which people mean as a string, and for
   * what is no finite number.
   */
  static Optional<Number> parse(String source) {
    String text = source.replace("_", "").toLowerCase(Locale.ROOT);
    if (text.indexOf(':') >= 0) {
      return Optional.empty();
    }
    boolean negative = text.startsWith("-");
    String digits = negative || text.startsWith("+") ? text.substring(1) : text;
    try {
      if (digits.startsWith("0x")) {
        return Optional.of(whole(digits.substring(2), 16, negative));
      }
      if (digits.startsWith("0b")) {
        return Optional.of(whole(digits.substring(2), 2, negative));
      }
      if (digits.matches("0[0-7]+")) {
        return Optional.of(whole(digits, 8, negative));
      }
      if (digits.matches("[0-9]+")) {
        return Optional.of(whole(digits, 10, negative));
      }
      return Optional.of(text)
          .filter(FLOAT.asMatchPredicate())
          .map(Double::valueOf)
          .filter(Double::isFinite)
          .map(Number.class::cast);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Number whole(String digits, int radix, boolean negative) {
    BigInteger number = new BigInteger(digits, radix);
    BigInteger signed = negative ? number.negate() : number;
    return signed.bitLength() < Long.SIZE ? (Number) signed.longValue() : signed;
  }
}
