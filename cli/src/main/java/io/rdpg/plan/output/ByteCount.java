package io.rdpg.plan.output;

import java.util.Locale;

/** Numbers of bytes for people, as PostgreSQL's {@code pg_size_pretty} writes them. */
final class ByteCount {
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB"};

  private ByteCount() {}

  /** Such as {@code 0 B}, {@code 1.5 kB}, {@code 16 MB}; units are powers of 1024. */
  static String show(double bytes) {
    double left = bytes;
    int unit = 0;
    while (Math.abs(left) >= 1024 && unit < UNITS.length - 1) {
      left /= 1024;
      unit++;
    }
    String digits =
        unit == 0 || Math.abs(left) >= 10
            ? String.format(Locale.ROOT, "%.0f", left)
            : String.format(Locale.ROOT, "%.1f", left);
    return digits + " " + UNITS[unit];
  }
}
