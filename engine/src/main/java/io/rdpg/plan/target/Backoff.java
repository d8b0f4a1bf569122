package io.rdpg.plan.target;

import java.time.Duration;

/** Pauses between tries: each twice as long as the one before, up to a longest. */
public final class Backoff {
  private final Duration longest;
  private Duration next;

  public Backoff(Duration first, Duration longest) {
    this.longest = longest;
    this.next = shorter(first);
  }

  /**
   * Pauses.
   *
   * @throws io.rdpg.plan.language.diagnostic.Failure with the reason, as soon as it is cancelled
   */
  public void pause(Cancellation cancellation) {
    cancellation.pause(next);
    next = shorter(next.multipliedBy(2));
  }

  private Duration shorter(Duration pause) {
    return pause.compareTo(longest) < 0 ? pause : longest;
  }
}
