package io.rdpg.plan.run;

import io.rdpg.plan.diag.Code;
import io.rdpg.plan.diag.Diagnostic;
import io.rdpg.plan.diag.Failure;
import io.rdpg.plan.model.Durations;
import io.rdpg.plan.step.Answers;
import io.rdpg.plan.step.Args;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Look;
import io.rdpg.plan.step.Primitive;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at one step on one node: decode, look, compare, let effects through the gate, look
 * again.
 *
 * @param node the node that the step is done at
 * @param gate lets effects through, or not
 * @param lock the lock that is held; null outside every lock
 * @param cancellation ends the attempt
 * @param waits told while the step waits
 * @param timeout the step's own deadline for a wait; null for the primitive's
 * @param every the step's own pause between looks; null for the primitive's
 * @param id the step's id, for what depends on it
 */
record Attempt(
    String node,
    Gate gate,
    Locks.@Nullable Held lock,
    Cancellation cancellation,
    Waits waits,
    @Nullable Duration timeout,
    @Nullable Duration every,
    String id) {

  /** Faults that pass by themselves, so that a step that waits goes on waiting. */
  private static final Set<Code> PASSING =
      Set.of(
          Code.CONNECTION_LOST,
          Code.UNREACHABLE,
          Code.POSTGRES_UNREACHABLE,
          Code.CONSUL_UNREACHABLE,
          Code.NO_CONSUL_LEADER);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration SAY_AGAIN = Duration.ofSeconds(5);

  /** Told while a step waits. */
  interface Waits {
    void on(String missing, Duration elapsed, Duration deadline);

    /** Nodes that won't make it true, in words; empty for none. */
    String note();
  }

  /** How the attempt ended when it did not fail. */
  record Outcome(
      Status status,
      String why,
      List<Event.Done> effects,
      Map<String, @Nullable Object> registered,
      List<String> because) {}

  /**
   * Makes the attempt.
   *
   * @throws Failure when it fails
   * @throws OutOfSync when it is rehearsed and there is something to do
   * @throws UnknownValue when it is a preview and an answer depends on other steps
   */
  <W> Outcome at(Primitive<W> primitive, Args args) {
    W want = primitive.decode(args);
    List<Look<?>> looks = primitive.looks(want);
    Diff diff = primitive.diff(want, ask(looks));
    if (diff instanceof Diff.NotYet notYet && gate instanceof Gate.Open) {
      diff = await(primitive, want, looks, notYet);
    }
    return switch (diff) {
      case Diff.InSync inSync -> ended(Status.OK, inSync.because(), List.of(), inSync.registered());
      case Diff.NotYet notYet -> foreseen(notYet);
      case Diff.Refused refused ->
          throw new Failure(
              Diagnostic.of(refused.code(), refused.message()).withHint(refused.hint()));
      case Diff.Change change ->
          switch (gate) {
            case Gate.Rehearsal _ -> throw new OutOfSync();
            case Gate.Closed closed -> {
              closed.forecast().lay(node, change.effects(), id);
              yield ended(
                  Status.WOULD_CHANGE, change.because(), Describe.all(change), change.registered());
            }
            case Gate.Open open -> {
              change.effects().forEach(effect -> perform(open.world(), effect));
              yield verified(primitive, want, looks, change);
            }
          };
    };
  }

  private Answers ask(List<Look<?>> looks) {
    cancellation.check();
    return looks.isEmpty() ? Answers.NONE : gate.sight().look(node, looks, cancellation);
  }

  private void perform(World world, Effect effect) {
    cancellation.check();
    if (lock != null && !lock.held()) {
      throw Failure.of(
          Code.LOCK_LOST,
          "lock " + lock.key() + " can no longer be proved to be held, so nothing more is done",
          "run the plan again: what was done stays done");
    }
    world.perform(node, effect, lock, cancellation);
  }

  private Outcome foreseen(Diff.NotYet notYet) {
    if (gate instanceof Gate.Rehearsal) {
      throw new OutOfSync();
    }
    return new Outcome(
        Status.TENTATIVE, "would wait: " + notYet.missing(), List.of(), Map.of(), List.of());
  }

  private <W> Diff await(Primitive<W> primitive, W want, List<Look<?>> looks, Diff.NotYet first) {
    Duration deadline = timeout == null ? primitive.waits(want) : timeout;
    Duration longest = every == null ? primitive.polls(want) : every;
    Duration pause = FIRST_PAUSE.compareTo(longest) < 0 ? FIRST_PAUSE : longest;
    long start = System.nanoTime();
    String missing = first.missing();
    String said = "";
    long saidAt = 0;
    while (true) {
      Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
      if (!missing.equals(said) || elapsed.toNanos() - saidAt >= SAY_AGAIN.toNanos()) {
        waits.on(missing, elapsed, deadline);
        said = missing;
        saidAt = elapsed.toNanos();
      }
      if (elapsed.compareTo(deadline) >= 0) {
        throw tooLate(missing, deadline);
      }
      Duration left = deadline.minus(elapsed);
      cancellation.pause(pause.compareTo(left) < 0 ? pause : left);
      Duration doubled = pause.multipliedBy(2);
      pause = doubled.compareTo(longest) < 0 ? doubled : longest;
      try {
        Diff diff = primitive.diff(want, ask(looks));
        if (!(diff instanceof Diff.NotYet still)) {
          return diff;
        }
        missing = still.missing();
      } catch (Failure failure) {
        if (!PASSING.contains(failure.diagnostic().code())) {
          throw failure;
        }
        missing = failure.diagnostic().message();
      }
    }
  }

  private Failure tooLate(String missing, Duration deadline) {
    String note = waits.note();
    return Failure.of(
        Code.DEADLINE,
        "waited " + Durations.show(deadline) + ": " + missing,
        note.isEmpty()
            ? "make it true, or raise the step's timeout, then run the plan again"
            : note + ": that may be why; then run the plan again");
  }

  /** Looks again after a change, as long as the primitive says that it may take to be seen. */
  private <W> Outcome verified(
      Primitive<W> primitive, W want, List<Look<?>> looks, Diff.Change change) {
    List<Event.Done> effects = Describe.all(change);
    if (!change.lookAgain()) {
      return ended(Status.CHANGED, change.because(), effects, change.registered());
    }
    long start = System.nanoTime();
    Duration settles = primitive.settles(want);
    while (true) {
      Diff diff = primitive.diff(want, ask(looks));
      if (diff instanceof Diff.InSync inSync) {
        return ended(Status.CHANGED, change.because(), effects, inSync.registered());
      }
      if (System.nanoTime() - start >= settles.toNanos()) {
        throw Failure.of(
            Code.NOT_IN_SYNC_AFTER,
            "applied, but looking again shows a difference: " + difference(diff),
            "something else changes it back, or the step's check does not match what it does");
      }
      cancellation.pause(FIRST_PAUSE);
    }
  }

  private static String difference(Diff diff) {
    return switch (diff) {
      case Diff.InSync inSync -> inSync.because();
      case Diff.Change change -> change.because();
      case Diff.NotYet notYet -> notYet.missing();
      case Diff.Refused refused -> refused.message();
    };
  }

  private static Outcome ended(
      Status status,
      String why,
      List<Event.Done> effects,
      Map<String, @Nullable Object> registered) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>(registered);
    fields.put("changed", status == Status.CHANGED || status == Status.WOULD_CHANGE);
    return new Outcome(status, why, effects, fields, List.of());
  }
}
