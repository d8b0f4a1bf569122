package io.rdpg.plan.testing;

import java.time.Instant;

/** A clock on which every change has a moment of its own. */
final class MemoryClock {
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  synchronized Instant tick() {
    now = now.plusMillis(10);
    return now;
  }
}
