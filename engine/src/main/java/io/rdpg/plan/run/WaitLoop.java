package io.rdpg.plan.run;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Durations;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.Grace;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Polls until a condition holds. Used once, by one thread.
 *
 * <p>Its caller cancels it at the deadline, so that a read that hangs ends too.
 */
final class WaitLoop {
  /** Between two reads, however often a server tells of changes. */
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(20);

  /** What takes long is polled less often: a pause is this part of the time waited so far. */
  private static final int PART = 8;

  private static final Duration SAY_AGAIN = Duration.ofSeconds(5);

  /** Waits until reading again may make sense. */
  interface Change {
    /**
     * Waits.
     *
     * @param pause for how long, where no server tells of changes
     * @param longest how long to wait for one that does
     * @throws Failure when it was cancelled, or the server couldn't be asked
     */
    void await(Duration pause, Duration longest);
  }

  /**
   * What is waited for.
   *
   * @param condition equal to that of another node when it waits for the same
   * @param byKey whether setting a key is enough
   */
  record Awaited(Object condition, Predicate<Effect.PutKey> byKey) {}

  private final Awaited awaited;
  private final StepAttempt.Waits waits;
  private final Change change;
  private final Duration deadline;
  private final Duration longestPause;
  private final Cancellation cancellation;
  private final long start = System.nanoTime();
  private String missing = "no reply so far";
  private String said = "";
  private Duration saidAt = Duration.ZERO;
  private @Nullable Failure outage;
  private Duration outageSince = Duration.ZERO;

  /**
   * @param cancellation cancelled with {@link Code#DEADLINE} at the deadline
   */
  WaitLoop(
      Awaited awaited,
      StepAttempt.Waits waits,
      Change change,
      Duration deadline,
      Duration longestPause,
      Cancellation cancellation) {
    this.awaited = awaited;
    this.waits = waits;
    this.change = change;
    this.deadline = deadline;
    this.longestPause = longestPause;
    this.cancellation = cancellation;
  }

  /**
   * The first difference that is no longer {@link Diff.NotYet}.
   *
   * @throws Failure at the deadline, with {@link Code#DEADLINE} and what was still missing, or with
   *     the last error; earlier when a node or its Consul stay unreachable, or with {@link
   *     Code#PEER_FAILED} when a node that is to make it true has failed in this run
   */
  Diff until(Supplier<Diff> compared) {
    try {
      while (true) {
        // Before the read: what a node did until it failed is seen.
        Map<String, String> failed = waits.failed();
        List<String> failedToPut = waits.failedToPut(awaited.condition(), awaited.byKey());
        Diff diff = tolerant(compared);
        if (!(diff instanceof Diff.NotYet notYet)) {
          return diff;
        }
        missing = notYet.missing();
        waits.lacks(awaited.condition());
        report();
        refuseInVain(notYet, failed, failedToPut);
        pause();
      }
    } catch (Failure failure) {
      throw failure.diagnostic().code() == Code.DEADLINE ? tooLate() : failure;
    } finally {
      waits.over();
    }
  }

  private void pause() {
    Duration adapted = elapsed().dividedBy(PART);
    Duration pause = adapted.compareTo(longestPause) < 0 ? adapted : longestPause;
    cancellation.pause(SHORTEST_PAUSE);
    try {
      change.await(pause, longestPause);
    } catch (Failure couldNotAsk) {
      cancellation.pause(pause); // the next read tells why
    }
  }

  private static void refuseInVain(
      Diff.NotYet notYet, Map<String, String> failed, List<String> failedToPut) {
    List<String> nodes =
        Stream.concat(
                notYet.addresses().stream().flatMap(at -> Stream.ofNullable(failed.get(at))),
                failedToPut.stream())
            .distinct()
            .sorted()
            .toList();
    if (!nodes.isEmpty()) {
      String names = String.join(", ", nodes);
      throw Failure.of(
          Code.PEER_FAILED,
          notYet.missing() + ", and in this run nothing will change that: " + names + " failed",
          "see why " + names + " failed, then run the plan again");
    }
  }

  private Diff tolerant(Supplier<Diff> compared) {
    try {
      Diff diff = compared.get();
      outage = null;
      return diff;
    } catch (Failure failure) {
      if (!Contacts.passes(failure)) {
        throw failure;
      }
      if (outage == null) {
        outageSince = elapsed();
      }
      outage = failure;
      // PostgreSQL may be what is being started.
      if (failure.diagnostic().code() != Code.POSTGRES_UNREACHABLE
          && elapsed().minus(outageSince).compareTo(Grace.OF_OUTAGES) >= 0) {
        throw new OutageLasted(failure);
      }
      return new Diff.NotYet(failure.diagnostic().message());
    }
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private void report() {
    Duration elapsed = elapsed();
    if (!missing.equals(said) || elapsed.minus(saidAt).compareTo(SAY_AGAIN) >= 0) {
      waits.on(missing, elapsed, deadline);
      said = missing;
      saidAt = elapsed;
    }
  }

  private Failure tooLate() {
    if (outage != null) {
      return outage;
    }
    String note = waits.note();
    return Failure.of(
        Code.DEADLINE,
        "waited " + Durations.show(deadline) + ": " + missing,
        note.isEmpty()
            ? "make it true, or raise the step's timeout, then run the plan again"
            : note + ": that may be why; then run the plan again");
  }
}
