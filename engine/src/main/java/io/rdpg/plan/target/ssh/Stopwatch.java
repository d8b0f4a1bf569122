package io.rdpg.plan.target.ssh;

import java.time.Duration;

/**
 * Adds up how long at least one of several things lasted: what overlaps counts once. Not
 * thread-safe.
 */
final class Stopwatch {
  private int running;
  private long since;
  private long total;

  void begin() {
    if (running++ == 0) {
      since = System.nanoTime();
    }
  }

  void end() {
    if (--running == 0) {
      total += System.nanoTime() - since;
    }
  }

  boolean runs() {
    return running > 0;
  }

  /** Up to now. */
  Duration total() {
    return Duration.ofNanos(total + (runs() ? System.nanoTime() - since : 0));
  }
}
