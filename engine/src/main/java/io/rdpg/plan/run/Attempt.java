package io.rdpg.plan.run;

import io.rdpg.plan.diag.Code;
import io.rdpg.plan.diag.Diagnostic;
import io.rdpg.plan.diag.Failure;
import io.rdpg.plan.step.Answers;
import io.rdpg.plan.step.Args;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Look;
import io.rdpg.plan.step.Primitive;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at one step on one node: decode, look, compare, let effects through the gate, look
 * again.
 *
 * @param node the node that the step is done at
 * @param at which step it is
 * @param gate lets effects through, or not
 * @param lock the lock that is held; null outside every lock
 * @param cancellation ends the attempt, and nothing else
 * @param clockwork cancels it at its deadline
 * @param waits told while the step waits
 * @param timeout the step's own deadline; null for the primitive's
 * @param every the step's own pause between looks; null for the primitive's
 */
record Attempt(
    String node,
    Event.At at,
    Gate gate,
    Locks.@Nullable Held lock,
    Cancellation cancellation,
    Clockwork clockwork,
    Waits waits,
    @Nullable Duration timeout,
    @Nullable Duration every) {

  /** Between two looks at something that changes a little after the effect. */
  private static final Duration SETTLING = Duration.ofMillis(50);

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
  <W> Outcome at(Primitive<W> primitive, Supplier<Args> args) {
    return within(timeout, () -> decided(primitive, primitive.decode(args.get())));
  }

  private <T> T within(@Nullable Duration deadline, Supplier<T> work) {
    return deadline == null ? work.get() : clockwork.within(deadline, cancellation, work);
  }

  private <W> Outcome decided(Primitive<W> primitive, W want) {
    List<Look<?>> looks = primitive.looks(want);
    List<Seen> seen = new ArrayList<>();
    Supplier<Diff> compared = () -> primitive.diff(want, ask(looks, seen));
    Optional<Duration> waits = primitive.waits(want);
    Diff diff =
        waits.isPresent() && gate instanceof Gate.Open
            ? awaited(compared, waits.get(), primitive.polls(want))
            : compared.get();
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
              closed.forecast().lay(node, change.effects(), at.id());
              yield ended(
                  Status.WOULD_CHANGE, change.because(), Describe.all(change), change.registered());
            }
            case Gate.Open open -> {
              open.permit().ask(at, List.copyOf(seen), change.effects());
              change.effects().forEach(effect -> perform(open.world(), effect));
              yield verified(change, compared, primitive.settles(want));
            }
          };
    };
  }

  /** Asks, and keeps what was answered last. */
  private Answers ask(List<Look<?>> looks, List<Seen> seen) {
    cancellation.check();
    if (looks.isEmpty()) {
      return Answers.NONE;
    }
    Answers answers = gate.sight().look(node, looks, cancellation);
    seen.clear();
    looks.forEach(look -> seen.add(new Seen(node, look, answers.of(look))));
    return answers;
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

  private Diff awaited(Supplier<Diff> compared, Duration deadline, Duration polls) {
    Duration until = timeout == null ? deadline : timeout;
    Patience patience = new Patience(waits, until, every == null ? polls : every, cancellation);
    return within(until, () -> patience.until(compared));
  }

  /** Looks again after a change, as long as the primitive says that it may take to be seen. */
  private Outcome verified(Diff.Change change, Supplier<Diff> compared, Duration settles) {
    List<Event.Done> effects = Describe.all(change);
    if (!change.lookAgain()) {
      return ended(Status.CHANGED, change.because(), effects, change.registered());
    }
    long start = System.nanoTime();
    while (true) {
      Diff diff = compared.get();
      if (diff instanceof Diff.InSync inSync) {
        return ended(Status.CHANGED, change.because(), effects, inSync.registered());
      }
      if (System.nanoTime() - start >= settles.toNanos()) {
        throw Failure.of(
            Code.NOT_IN_SYNC_AFTER,
            "applied, but looking again shows a difference: " + difference(diff),
            "something else changes it back, or the step's check does not match what it does");
      }
      cancellation.pause(SETTLING);
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
