package io.rdpg.plan.target.consul;

import java.time.Duration;

/**
 * A point in time, by both clocks: the monotonic one stands still while the machine is suspended,
 * and the wall clock may be set back.
 */
record TwoClockTime(long nanos, long wallMillis) {
  static TwoClockTime now() {
    return new TwoClockTime(System.nanoTime(), System.currentTimeMillis());
  }

  /** The larger of what the two clocks say has passed since. */
  Duration elapsed() {
    Duration monotonic = Duration.ofNanos(System.nanoTime() - nanos);
    Duration wall = Duration.ofMillis(System.currentTimeMillis() - wallMillis);
    return monotonic.compareTo(wall) >= 0 ? monotonic : wall;
  }
}
