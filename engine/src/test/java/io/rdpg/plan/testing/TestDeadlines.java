package io.rdpg.plan.testing;

import java.time.Duration;

/**
 * How long tests wait for what must happen. Every deadline of a test stands here: each is made for
 * a machine ten times slower than usual ones and costs nothing when all goes well, since a test
 * goes on as soon as it has what it waits for. No test asserts that something is fast. What has no
 * deadline of its own ends at the one in {@code junit-platform.properties}.
 */
public final class TestDeadlines {
  /** For an answer, a signal, a row that is replicated: what usually takes seconds at most. */
  public static final Duration SOON = Duration.ofMinutes(2);

  /** For a whole command, such as a bootstrap: what usually takes a minute at most. */
  public static final Duration LONG = Duration.ofMinutes(10);

  /** For a build of all packages: what usually takes minutes. */
  public static final Duration VERY_LONG = Duration.ofMinutes(20);

  /** How long a test looks for something that must not happen. */
  public static final Duration NEVER_WITHIN = Duration.ofMillis(500);

  private TestDeadlines() {}
}
