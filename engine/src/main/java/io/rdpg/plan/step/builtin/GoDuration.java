package io.rdpg.plan.step.builtin;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Reads durations as Consul does, by Go's {@code time.ParseDuration}. */
final class GoDuration {
  private static final Map<String, TimeUnit> UNITS =
      Map.of(
          "ns", TimeUnit.NANOSECONDS,
          "us", TimeUnit.MICROSECONDS,
          "\u00b5s", TimeUnit.MICROSECONDS,
          "ms", TimeUnit.MILLISECONDS,
          "s", TimeUnit.SECONDS,
          "m", TimeUnit.MINUTES,
          "h", TimeUnit.HOURS);

  private static final Pattern PART =
      Pattern.compile("(\\d+(?:\\.\\d*)?|\\.\\d+)(ns|us|\u00b5s|ms|s|m|h)");
  private static final Pattern WHOLE = Pattern.compile("(?:" + PART + ")+");

  /** Go counts them in 64 bits. */
  private static final BigDecimal MOST_NANOS = BigDecimal.valueOf(Long.MAX_VALUE);

  private GoDuration() {}

  /** The duration; empty where Consul takes the text for none. */
  static Optional<Duration> parse(String written) {
    if (!WHOLE.matcher(written).matches()) {
      return Optional.empty();
    }
    BigDecimal nanos =
        PART.matcher(written)
            .results()
            .map(GoDuration::nanos)
            .reduce(BigDecimal.ZERO, BigDecimal::add);
    return nanos.compareTo(MOST_NANOS) > 0
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(nanos.longValue()));
  }

  private static BigDecimal nanos(MatchResult part) {
    TimeUnit unit = Objects.requireNonNull(UNITS.get(part.group(2)));
    return new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(unit.toNanos(1)));
  }
}
