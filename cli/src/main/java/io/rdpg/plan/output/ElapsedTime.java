package io.rdpg.plan.output;

import java.time.Duration;

/** Durations as people read them on a screen that changes. */
final class ElapsedTime {
  private ElapsedTime() {}

  /** Such as {@code 340ms}, {@code 2.4s}, {@code 47s}, {@code 3m05s}, {@code 1h02m}. */
  static String show(Duration duration) {
    long ms = duration.toMillis();
    if (ms < 1000) {
      return ms + "ms";
    }
    if (ms < 10_000) {
      return ms / 1000 + "." + ms / 100 % 10 + "s";
    }
    long s = ms / 1000;
    if (s < 60) {
      return s + "s";
    }
    if (s < 3600) {
      return s / 60 + "m" + twoDigits(s % 60) + "s";
    }
    return s / 3600 + "h" + twoDigits(s / 60 % 60) + "m";
  }

  private static String twoDigits(long n) {
    return n < 10 ? "0" + n : String.valueOf(n);
  }
}
