package io.rdpg.plan.target.ssh.config;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.Span;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One value of a keyword.
 *
 * @param value as it is written, without quotes
 * @param at where
 */
record Setting(Keyword keyword, String value, Span at) {
  private static final Pattern TIME = Pattern.compile("(\\d{1,9})([sSmMhHdDwW]?)");

  Failure wrong(String why, String hint) {
    return Diagnostic.at(at, Code.BAD_VALUE, keyword.word() + " " + value + ": " + why)
        .withHint(hint)
        .failure();
  }

  /** A whole number. */
  int number(int least, int most) {
    int number = value.matches("\\d{1,9}") ? Integer.parseInt(value) : -1;
    if (number < least || number > most) {
      throw wrong("it must be a number from %d to %d".formatted(least, most), "see ssh_config(5)");
    }
    return number;
  }

  /** A time in seconds: numbers with s, m, h, d or w behind them, which add up (sshd_config(5)). */
  int seconds() {
    Matcher parts = TIME.matcher(value);
    long seconds = 0;
    int end = 0;
    while (parts.lookingAt()) {
      seconds += Long.parseLong(parts.group(1)) * unit(parts.group(2));
      end = parts.end();
      parts.region(end, value.length());
    }
    if (end == 0 || end < value.length() || seconds > Integer.MAX_VALUE / 1000) {
      throw wrong("it must be a time such as 30 or 1m30s", "see TIME FORMATS in sshd_config(5)");
    }
    return (int) seconds;
  }

  private static int unit(String letter) {
    return switch (letter.toLowerCase(Locale.ROOT)) {
      case "m" -> 60;
      case "h" -> 3600;
      case "d" -> 86_400;
      case "w" -> 604_800;
      default -> 1;
    };
  }

  boolean none() {
    return value.equalsIgnoreCase("none");
  }

  boolean yes() {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "yes", "true" -> true;
      case "no", "false" -> false;
      default -> throw wrong("it must be yes or no", "see ssh_config(5)");
    };
  }
}
