package io.rdpg.plan.target;

import java.time.Duration;

/** How long things may take that pass by themselves. */
public final class Grace {
  /** For what has answered in a run and is out of reach: longer than a restart or an election. */
  public static final Duration OF_OUTAGES = Duration.ofSeconds(30);

  private Grace() {}
}
