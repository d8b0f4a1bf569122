package io.rdpg.plan.run;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.target.Backoff;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.Grace;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gets one attempt at a step over short outages of its node and that node's servers: what failed by
 * one is tried again, with growing pauses, until that has gone on for the grace. Used by one
 * thread.
 */
final class Outage {
  /** Errors that come before anything was sent. */
  private static final Set<Code> NOT_SENT = Set.of(Code.UNREACHABLE, Code.POSTGRES_UNREACHABLE);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final String node;
  private final Contacts contacts;
  private final StepAttempt.Waits waits;
  private final Cancellation cancellation;
  private @Nullable Tries ofEffects;
  private boolean performedAgain;

  Outage(String node, Contacts contacts, StepAttempt.Waits waits, Cancellation cancellation) {
    this.node = node;
    this.contacts = contacts;
    this.waits = waits;
    this.cancellation = cancellation;
  }

  /**
   * What reads give, asked again during an outage.
   *
   * @throws OutageLasted when it lasts
   * @throws Failure as the last try, when the attempt's deadline comes first
   */
  <T> T across(Supplier<T> reads) {
    Tries tries = null;
    while (true) {
      try {
        return reads.get();
      } catch (Failure failure) {
        tries = tries == null ? new Tries() : tries;
        tries.pauseAfter(failure);
      }
    }
  }

  /** Whether an outage is why an effect failed. */
  boolean hit(Failure failure) {
    return contacts.isOutage(node, failure);
  }

  /** Whether an outage came before anything of an effect was sent. */
  boolean cameBefore(Failure failure) {
    return hit(failure) && NOT_SENT.contains(failure.diagnostic().code());
  }

  /** Whether an outage made the node's server refuse an effect. */
  boolean wasRefused(Failure failure) {
    return hit(failure) && failure.diagnostic().code() == Code.PEER_UNREACHABLE;
  }

  /**
   * Pauses before an effect is tried again that wasn't sent, or was refused as a whole.
   *
   * @throws OutageLasted when the effects of this attempt have had their grace
   */
  void pauseAfter(Failure failure) {
    if (ofEffects == null) {
      ofEffects = new Tries();
    }
    ofEffects.pauseAfter(failure);
  }

  /**
   * Allows one effect of the attempt that may have been sent to be performed again: what breaks its
   * own connection would do so again and again.
   *
   * @throws Failure the one that is given, when that was allowed before
   */
  void allowOnce(Failure failure) {
    if (performedAgain) {
      throw failure;
    }
    performedAgain = true;
  }

  private final class Tries {
    private final long start = System.nanoTime();
    private final Backoff pauses = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);

    void pauseAfter(Failure failure) {
      Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
      if (!hit(failure)) {
        throw failure;
      }
      if (elapsed.compareTo(Grace.OF_OUTAGES) >= 0) {
        throw new OutageLasted(failure);
      }
      waits.on("trying again: " + failure.diagnostic().message(), elapsed, Grace.OF_OUTAGES);
      try {
        pauses.pause(cancellation);
      } catch (Failure cancelled) {
        throw cancelled.diagnostic().code() == Code.DEADLINE ? failure : cancelled;
      }
    }
  }
}
