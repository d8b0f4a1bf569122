package io.rdpg.plan.world.files;

import io.rdpg.plan.world.Backoff;
import io.rdpg.plan.world.Cancellation;
import java.time.Duration;

/** Asking again and again, less and less often, until a deadline. */
final class Polling {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

  private final Cancellation cancellation;
  private final long deadline;
  private final Backoff pauses = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);

  Polling(Duration patience, Cancellation cancellation) {
    this.cancellation = cancellation;
    this.deadline = System.nanoTime() + patience.toNanos();
  }

  /**
   * Pauses, unless the deadline has passed.
   *
   * @return whether to ask again
   * @throws io.rdpg.plan.diag.Failure when it is cancelled meanwhile
   */
  boolean goesOn() {
    if (System.nanoTime() > deadline) {
      return false;
    }
    pauses.pause(cancellation);
    return true;
  }
}
