package io.rdpg.plan.run;

import io.rdpg.plan.diag.Code;
import io.rdpg.plan.diag.Diagnostic;
import io.rdpg.plan.diag.Failure;
import io.rdpg.plan.event.Event;
import io.rdpg.plan.event.Status;
import io.rdpg.plan.scope.Touches;
import io.rdpg.plan.step.Answers;
import io.rdpg.plan.step.Args;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Look;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.world.Cancellation;
import io.rdpg.plan.world.Locks;
import io.rdpg.plan.world.Seen;
import io.rdpg.plan.world.Sight;
import io.rdpg.plan.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at one step on one node: decode, look, compare, let effects through the gate, look
 * again.
 *
 * @param node the node that the step is done at
 * @param at which step it is
 * @param touches what its author says that it touches
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
    Touches touches,
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

  /**
   * Makes the attempt.
   *
   * @throws Failure when it fails
   * @throws OutOfSync when it is rehearsed and there is something to do
   * @throws UnknownValue when it is a preview and depends on what can't be known
   */
  <W> Outcome at(Primitive<W> primitive, Supplier<Args> args) {
    return switch (gate) {
      case Gate.Open open -> within(timeout, () -> applied(open, primitive, args.get()));
      case Gate.Rehearsal rehearsal -> within(timeout, () -> rehearsed(rehearsal, primitive, args));
      case Gate.Closed closed ->
          new Foresight(at, touches, closed, cancellation)
              .of(primitive, primitive.decode(args.get()));
    };
  }

  private <T> T within(@Nullable Duration deadline, Supplier<T> work) {
    return deadline == null ? work.get() : clockwork.within(deadline, cancellation, work);
  }

  private <W> Outcome applied(Gate.Open open, Primitive<W> primitive, Args args) {
    W want = primitive.decode(args);
    List<Seen> seen = new ArrayList<>();
    Supplier<Diff> compared = () -> compared(open.world(), primitive, want, seen);
    Optional<Duration> waits = primitive.waits(want);
    Diff diff =
        waits.isPresent() ? awaited(compared, waits.get(), primitive.polls(want)) : compared.get();
    return switch (diff) {
      case Diff.InSync inSync -> Outcome.inSync(inSync, seen, List.of());
      case Diff.NotYet notYet ->
          throw new IllegalStateException("a step that never waits: " + notYet.missing());
      case Diff.Refused refused -> throw refusal(refused);
      case Diff.Change change -> {
        open.permit().ask(at, List.copyOf(seen), change.effects());
        yield performed(open.world(), change.effects())
            ? verified(change, compared, primitive.settles(want))
            : applied(open, primitive, args); // another node was faster: what it left decides
      }
    };
  }

  private <W> Outcome rehearsed(
      Gate.Rehearsal rehearsal, Primitive<W> primitive, Supplier<Args> args) {
    W want = primitive.decode(args.get());
    List<Seen> seen = new ArrayList<>();
    if (compared(rehearsal.sight(), primitive, want, seen) instanceof Diff.InSync inSync) {
      return Outcome.inSync(inSync, seen, List.of());
    }
    throw new OutOfSync();
  }

  static Failure refusal(Diff.Refused refused) {
    return new Failure(Diagnostic.of(refused.code(), refused.message()).withHint(refused.hint()));
  }

  /** What lies between a want and what is seen now, which is kept. */
  private <W> Diff compared(Sight sight, Primitive<W> primitive, W want, List<Seen> seen) {
    cancellation.check();
    List<Look<?>> looks = primitive.looks(want);
    if (looks.isEmpty()) {
      return primitive.diff(want, Answers.NONE);
    }
    Answers answers = sight.look(node, looks, cancellation);
    seen.clear();
    looks.forEach(look -> seen.add(new Seen(node, look, answers.of(look))));
    return primitive.diff(want, answers);
  }

  /** Performs effects up to a compare-and-set that meets another value; false when one did. */
  private boolean performed(World world, List<Effect> effects) {
    return effects.stream().allMatch(effect -> perform(world, effect));
  }

  private boolean perform(World world, Effect effect) {
    cancellation.check();
    if (lock != null && !lock.held()) {
      throw Failure.of(
          Code.LOCK_LOST,
          "lock " + lock.key() + " can no longer be proved to be held, so nothing more is done",
          "run the plan again: what was done stays done");
    }
    return world.perform(node, effect, lock, cancellation);
  }

  private Diff awaited(Supplier<Diff> compared, Duration deadline, Duration polls) {
    Duration until = timeout == null ? deadline : timeout;
    Patience patience = new Patience(waits, until, every == null ? polls : every, cancellation);
    return within(until, () -> patience.until(compared));
  }

  /** Looks again after a change, as long as the primitive says that it may take to be seen. */
  private Outcome verified(Diff.Change change, Supplier<Diff> compared, Duration settles) {
    if (!change.lookAgain()) {
      return Outcome.changed(Status.CHANGED, change, change.registered(), List.of(), List.of());
    }
    long start = System.nanoTime();
    while (true) {
      Diff diff = compared.get();
      if (diff instanceof Diff.InSync inSync) {
        return Outcome.changed(Status.CHANGED, change, inSync.registered(), List.of(), List.of());
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
}
