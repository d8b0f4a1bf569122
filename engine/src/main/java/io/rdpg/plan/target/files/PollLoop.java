package io.rdpg.plan.target.files;

import io.rdpg.plan.target.Backoff;
import io.rdpg.plan.target.Cancellation;
import java.time.Duration;

/** Asking again and again, less and less often, until a deadline. */
final class PollLoop {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

  private final Cancellation cancellation;
  private final long deadline;
  private final Backoff pauses = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);

  PollLoop(Duration patience, Cancellation cancellation) {
    this.cancellation = cancellation;
    this.deadline = System.nanoTime() + patience.toNanos();
  }

  /**
   * Pauses, unless the deadline has passed.
   *
   * @return whether to ask again
   * @throws io.rdpg.plan.language.diagnostic.Failure when it is cancelled meanwhile
   */
  boolean goesOn() {
    if (System.nanoTime() > deadline) {
      return false;
    }
    pauses.pause(cancellation);
    return true;
  }
}
