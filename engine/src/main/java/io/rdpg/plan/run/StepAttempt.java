package io.rdpg.plan.run;

import io.rdpg.plan.interpret.DeclaredChanges;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.run.ahead.EarlyReads;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.Status;
import io.rdpg.plan.run.event.StepResult;
import io.rdpg.plan.step.Args;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Observations;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.Account;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.Deadlines;
import io.rdpg.plan.target.Locks;
import io.rdpg.plan.target.ObservedRead;
import io.rdpg.plan.target.ServerMessages;
import io.rdpg.plan.target.StateReader;
import io.rdpg.plan.target.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs one attempt at one step on one node: decode, read, diff, effects through the gate, read
 * again.
 *
 * @param account where, and as whom, the step runs
 * @param at which step it is
 * @param touches what its author declares that it touches
 * @param gate performs effects, or not
 * @param lock the lock that is held; null outside every lock
 * @param early what was asked before the step's turn
 * @param cancellation ends the attempt, and nothing else
 * @param deadlines cancels it at its deadline
 * @param contacts notes who answers
 * @param outage gets it over short outages
 * @param messages receives what servers say beside their answers
 * @param waits receives progress while the step waits
 * @param timeout the step's own deadline; null for the primitive's
 * @param every the step's own pause between reads; null for the primitive's
 */
record StepAttempt(
    Account account,
    Event.At at,
    DeclaredChanges touches,
    EffectGate gate,
    Locks.@Nullable Held lock,
    EarlyReads early,
    Cancellation cancellation,
    Deadlines deadlines,
    Contacts contacts,
    Outage outage,
    ServerMessages messages,
    Waits waits,
    @Nullable Duration timeout,
    @Nullable Duration every) {

  /** The pause between two reads of something that changes a little after the effect. */
  private static final Duration SETTLING = Duration.ofMillis(50);

  /** What a server says when another node has just done the same. */
  private static final Set<Code> OTHERS_RESULT =
      Set.of(
          Code.SQL_FAILED,
          Code.SQL_OBJECT_MISSING,
          Code.CONSUL_WRITE_REFUSED,
          Code.FILE_FAILED,
          Code.RELOAD_FAILED);

  /** Receives the progress of a wait. */
  interface Waits {
    void on(String missing, Duration elapsed, Duration deadline);

    /** Nodes that won't make it true, as text; empty for none. */
    String note();

    /** The names of the nodes that have failed in this run, by their addresses. */
    Map<String, String> failed();

    /** This node waits for something that doesn't hold yet. */
    void lacks(Object awaited);

    /** It waits no more. */
    void over();

    /**
     * The names of the nodes that failed in this run before they put a key that is enough for this
     * node's wait, when all that still run wait for the same.
     */
    List<String> failedToPut(Object awaited, Predicate<Effect.PutKey> enough);
  }

  /**
   * Makes the attempt.
   *
   * @throws Failure when it fails
   * @throws OutOfSync in a rehearsal, when there is something to do
   * @throws UnknownValue when it is a preview and depends on what can't be known
   */
  <W> StepResult at(Primitive<W> primitive, Supplier<Args> args) {
    return switch (gate) {
      case EffectGate.Open open -> within(timeout, () -> applied(open, primitive, args.get()));
      case EffectGate.Rehearsal rehearsal ->
          within(timeout, () -> rehearsed(rehearsal, primitive, args));
      case EffectGate.Closed closed ->
          outage.across(() ->
              new PreviewStep(account, at, touches, closed, early, cancellation)
                  .of(primitive, primitive.decode(args.get())));
    };
  }

  private <T> T within(@Nullable Duration deadline, Supplier<T> work) {
    return deadline == null
        ? work.get()
        : deadlines.within(deadline, account.node(), cancellation, work);
  }

  private <W> StepResult applied(EffectGate.Open open, Primitive<W> primitive, Args args) {
    W want = primitive.decode(args);
    List<ObservedRead> seen = new ArrayList<>();
    Supplier<Diff> compared = () -> compared(open.target(), primitive, want, seen);
    Optional<Duration> waits = primitive.waits(want);
    Diff diff =
        waits.isPresent()
            ? awaited(open.target(), primitive, want, compared, waits.get())
            : outage.across(compared);
    return switch (diff) {
      case Diff.InSync inSync -> {
        early.inSync();
        yield StepResult.inSync(inSync, seen, List.of());
      }
      case Diff.NotYet notYet ->
          throw new IllegalStateException("a step that never waits: " + notYet.missing());
      case Diff.Refused refused -> throw refusal(refused);
      case Diff.Change change -> {
        open.approval().ask(at, List.copyOf(seen), change.effects());
        Supplier<StepResult> verified = () -> verified(change, compared, primitive.settles(want));
        yield performed(open.target(), change, compared, verified)
            .orElseGet(() -> applied(open, primitive, args));
      }
    };
  }

  /**
   * Performs the effects.
   *
   * @param compared what an effect that failed may have left is decided by new reads
   * @return empty when it is to be decided once more what to do: another node was faster, or an
   *     outage came between
   */
  private Optional<StepResult> performed(
      Target target, Diff.Change change, Supplier<Diff> compared, Supplier<StepResult> verified) {
    try {
      return performed(target, change.effects()) ? Optional.of(verified.get()) : Optional.empty();
    } catch (Failure failure) {
      cancellation.check();
      boolean whole = change.effects().stream().allMatch(Effect::isAllOrNothing);
      if (outage.cameBefore(failure) || (whole && outage.wasRefused(failure))) {
        outage.pauseAfter(failure);
        return Optional.empty();
      }
      boolean shown = change.lookAgain() && whole;
      if (shown && outage.hit(failure)) {
        if (outage.across(compared) instanceof Diff.InSync) {
          return Optional.of(verified.get());
        }
        outage.allowOnce(failure);
        return Optional.empty();
      }
      if (shown && OTHERS_RESULT.contains(failure.diagnostic().code())) {
        return Optional.of(doneByAnother(compared, failure));
      }
      throw failure;
    }
  }

  /**
   * The result of a step whose effect was refused, when it is in sync all the same.
   *
   * @throws Failure the one that is given, when it isn't
   */
  private static StepResult doneByAnother(Supplier<Diff> compared, Failure refusal) {
    try {
      if (compared.get() instanceof Diff.InSync inSync) {
        String why = "another was faster: " + inSync.because();
        return StepResult.inSync(new Diff.InSync(why, inSync.registered()), List.of(), List.of());
      }
    } catch (Failure unreadable) {
      refusal.addSuppressed(unreadable);
    }
    throw refusal;
  }

  private <W> StepResult rehearsed(
      EffectGate.Rehearsal rehearsal, Primitive<W> primitive, Supplier<Args> args) {
    W want = primitive.decode(args.get());
    List<ObservedRead> seen = new ArrayList<>();
    if (compared(rehearsal.reader(), primitive, want, seen) instanceof Diff.InSync inSync) {
      early.inSync();
      return StepResult.inSync(inSync, seen, List.of());
    }
    throw new OutOfSync();
  }

  static Failure refusal(Diff.Refused refused) {
    return new Failure(Diagnostic.of(refused.code(), refused.message()).withHint(refused.hint()));
  }

  /** What lies between a want and what is seen now, which is kept. */
  private <W> Diff compared(
      StateReader reader, Primitive<W> primitive, W want, List<ObservedRead> seen) {
    cancellation.check();
    List<Read<?>> reads = primitive.reads(want);
    if (reads.isEmpty()) {
      early.readsNothing();
      return primitive.diff(want, Observations.NONE);
    }
    Optional<EarlyReads.Answer> asked = early.take(at.id(), account.user(), reads, cancellation);
    boolean counts = asked.isPresent() && counts(asked.get(), primitive, want);
    if (asked.isPresent() && !counts) {
      early.differed();
    }
    Observations observations =
        counts ? asked.get().observations() : reader.read(account, reads, cancellation);
    keep(reads, observations, seen);
    return primitive.diff(want, observations);
  }

  /** An early answer may say that the step is in sync, and nothing else. */
  private static <W> boolean counts(EarlyReads.Answer asked, Primitive<W> primitive, W want) {
    try {
      return !asked.early() || primitive.diff(want, asked.observations()) instanceof Diff.InSync;
    } catch (Failure toBeToldOfNewObservations) {
      return false;
    }
  }

  private void keep(List<Read<?>> reads, Observations observations, List<ObservedRead> seen) {
    seen.clear();
    for (Read<?> read : reads) {
      contacts.answered(account.node(), read.answeredBy());
      seen.add(new ObservedRead(account, read, observations.of(read)));
    }
  }

  /** Performs effects up to a compare-and-set that meets another value; false when one did. */
  private boolean performed(Target target, List<Effect> effects) {
    return effects.stream().allMatch(effect -> perform(target, effect));
  }

  private boolean perform(Target target, Effect effect) {
    cancellation.check();
    if (lock != null && !lock.held()) {
      throw Failure.of(
          Code.LOCK_LOST,
          "lock " + lock.key() + " may no longer be held, so nothing more is done",
          "run the plan again: finished steps stay done");
    }
    boolean done =
        early.performing(
            account.node(),
            effect,
            () -> target.perform(account, effect, lock, messages, cancellation));
    contacts.answered(account.node(), effect.takenBy());
    return done;
  }

  private WaitLoop.Change changes(StateReader reader, List<Read<?>> reads) {
    return (pause, longest) ->
        reader.awaitChange(account.node(), reads, pause, longest, cancellation);
  }

  private <W> Diff awaited(
      Target target, Primitive<W> primitive, W want, Supplier<Diff> compared, Duration deadline) {
    Duration until = Objects.requireNonNullElse(timeout, deadline);
    WaitLoop patience =
        new WaitLoop(
            new WaitLoop.Awaited(want, put -> isEnough(put, primitive, want)),
            waits,
            changes(target, primitive.reads(want)),
            until,
            every == null ? primitive.polls(want) : every,
            cancellation);
    return deadlines.waitingWithin(until, cancellation, () -> patience.until(compared));
  }

  /** Whether a wait for a key would be over if this were done. */
  private static <W> boolean isEnough(Effect.PutKey put, Primitive<W> primitive, W want) {
    Read.Key key = new Read.Key(put.key());
    return primitive.reads(want).equals(List.of(key))
        && primitive.diff(
                want, new Observations(Map.of(key, new Observation.KeyValue(put.value(), 0))))
            instanceof Diff.InSync;
  }

  /** Reads again after a change, as long as the primitive says that it may take to settle. */
  private StepResult verified(Diff.Change change, Supplier<Diff> compared, Duration settles) {
    if (!change.lookAgain()) {
      return StepResult.changed(Status.CHANGED, change, change.registered(), List.of(), List.of());
    }
    long start = System.nanoTime();
    while (true) {
      Diff diff = outage.across(compared);
      if (diff instanceof Diff.InSync inSync) {
        return StepResult.changed(
            Status.CHANGED, change, inSync.registered(), List.of(), List.of());
      }
      if (System.nanoTime() - start >= settles.toNanos()) {
        throw Failure.of(
            Code.NOT_IN_SYNC_AFTER,
            "applied, but reading again shows a difference: " + difference(diff),
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
