package io.rdpg.plan.language.model;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as plans write them: {@code 500ms}, {@code 15s}, {@code 5m}, {@code 1h30m}. */
public final class Durations {
  private static final Pattern WHOLE = Pattern.compile("(\\d+(ms|s|m|h))+");
  private static final Pattern PART = Pattern.compile("(\\d+)(ms|s|m|h)");

  private Durations() {}

  /** The duration; a bare number counts seconds; empty when it is none. */
  public static Optional<Duration> parse(String text) {
    try {
      if (text.matches("\\d+")) {
        return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
      }
      if (!WHOLE.matcher(text).matches()) {
        return Optional.empty();
      }
      Duration sum = Duration.ZERO;
      Matcher part = PART.matcher(text);
      while (part.find()) {
        long n = Long.parseLong(part.group(1));
        sum =
            sum.plus(
                switch (part.group(2)) {
                  case "ms" -> Duration.ofMillis(n);
                  case "s" -> Duration.ofSeconds(n);
                  case "m" -> Duration.ofMinutes(n);
                  default -> Duration.ofHours(n);
                });
      }
      return Optional.of(sum);
    } catch (NumberFormatException | ArithmeticException tooLarge) {
      return Optional.empty();
    }
  }

  /** A measured one as people read it: in tenths of a second, from ten seconds on in seconds. */
  public static String about(Duration measured) {
    long tenths = measured.toMillis() / 100;
    return show(
        measured.compareTo(Duration.ofSeconds(1)) < 0
            ? measured
            : tenths < 100
                ? Duration.ofMillis(tenths * 100)
                : Duration.ofSeconds(measured.toSeconds()));
  }

  /** The shortest way to write it, such as {@code 1m30s} or {@code 250ms}. */
  public static String show(Duration duration) {
    StringBuilder shown = new StringBuilder();
    if (duration.toHours() > 0) {
      shown.append(duration.toHours()).append('h');
    }
    if (duration.toMinutesPart() > 0) {
      shown.append(duration.toMinutesPart()).append('m');
    }
    if (duration.toSecondsPart() > 0) {
      shown.append(duration.toSecondsPart()).append('s');
    }
    if (duration.toMillisPart() > 0) {
      shown.append(duration.toMillisPart()).append("ms");
    }
    return shown.isEmpty() ? "0s" : shown.toString();
  }
}
