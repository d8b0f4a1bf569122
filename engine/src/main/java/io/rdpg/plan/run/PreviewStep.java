package io.rdpg.plan.run;

import io.rdpg.plan.interpret.DeclaredChanges;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.template.UnknownValue;
import io.rdpg.plan.run.ahead.EarlyReads;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.Status;
import io.rdpg.plan.run.event.StepResult;
import io.rdpg.plan.run.forecast.CachedReads;
import io.rdpg.plan.run.forecast.Forecast;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Observations;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.Account;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.ObservedRead;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Runs one step on one node in a preview: decides it over the forecast, and adds its predicted
 * effects to it.
 *
 * @param account where, and as whom, it runs
 * @param at which step
 * @param touches what its author declares that it touches
 * @param gate the preview that it belongs to
 * @param early what was asked before the step's turn
 * @param cancellation ends the reads
 */
record PreviewStep(
    Account account,
    Event.At at,
    DeclaredChanges touches,
    EffectGate.Closed gate,
    EarlyReads early,
    Cancellation cancellation) {

  /**
   * Decides the step.
   *
   * @throws Failure when it would fail
   * @throws OutOfSync when it is rehearsed and there is, or may be, something to do
   * @throws UnknownValue when it depends on what can't be known
   */
  <W> StepResult of(Primitive<W> primitive, W want) {
    cancellation.check();
    List<Read<?>> reads = primitive.reads(want);
    if (reads.isEmpty()) {
      early.readsNothing();
    } else {
      takeEarly(primitive, want, reads);
    }
    if (primitive.waits(want).isPresent() && !gate.rehearsal()) {
      // lets other nodes run until they have made it true, or none can continue
      boolean _ = gate.outlook().turn().await(whenLaid(() -> holds(primitive, want, reads)));
    }
    Optional<Diff.InSync> before = forecast().settled(Forecast.Where.of(at), touches, want, reads);
    if (before.isPresent()) {
      return StepResult.inSync(before.get(), List.of(), List.of());
    }
    return inSyncEarly(primitive, want, reads)
        .orElseGet(() -> {
          Forecast.View view = read(reads);
          return decided(primitive.diff(want, view.observations()), view, want);
        });
  }

  /** Hands what was asked ahead to the snapshot. */
  private <W> void takeEarly(Primitive<W> primitive, W want, List<Read<?>> reads) {
    CachedReads snapshot = gate.outlook().snapshot();
    try {
      Optional<EarlyReads.Answer> taken = early.take(at.id(), account.user(), reads, cancellation);
      if (taken.isPresent()) {
        EarlyReads.Answer answer = taken.get();
        keep(snapshot, primitive, want, reads, answer);
        if (answer.early() && inSyncEarly(primitive, want, reads).isEmpty()) {
          early.differed();
        }
      } else if (snapshot.present(step(), reads).isPresent()) {
        early.readBefore();
      }
    } catch (Failure toBeToldWhenItIsReadAgain) {
      cancellation.check();
    }
  }

  /** What leaves the step in sync is this step's alone, unless it began its round. */
  private <W> void keep(
      CachedReads snapshot,
      Primitive<W> primitive,
      W want,
      List<Read<?>> reads,
      EarlyReads.Answer answer) {
    if (!answer.first() && primitive.diff(want, answer.observations()) instanceof Diff.InSync) {
      snapshot.keepAhead(step(), reads, answer.observations());
    } else if (!answer.early()) {
      snapshot.keep(account, reads, answer.observations());
    }
  }

  private CachedReads.Step step() {
    return new CachedReads.Step(at.node(), at.id(), account);
  }

  /**
   * The result of a step that is in sync by what was read of the real state, early or not. Whatever
   * a predicted effect may have changed is no part of that.
   */
  private <W> Optional<StepResult> inSyncEarly(
      Primitive<W> primitive, W want, List<Read<?>> reads) {
    if (reads.isEmpty()) {
      return Optional.empty();
    }
    try {
      return gate.outlook()
          .snapshot()
          .present(step(), reads)
          .filter(seen -> forecast().leavesAlone(Forecast.Where.of(at), touches, seen, reads))
          .filter(seen -> primitive.diff(want, seen) instanceof Diff.InSync)
          .map(seen -> {
            Forecast.View view =
                new Forecast.View(
                    seen,
                    reads.stream()
                        .map(read -> new ObservedRead(account, read, seen.of(read)))
                        .toList(),
                    List.of());
            return decided(primitive.diff(want, seen), view, want);
          });
    } catch (Failure toBeToldOfNewObservations) {
      return Optional.empty();
    }
  }

  private StepResult decided(Diff diff, Forecast.View view, Object want) {
    if (gate.rehearsal() && !(diff instanceof Diff.InSync)) {
      throw new OutOfSync();
    }
    return switch (diff) {
      case Diff.InSync inSync -> {
        early.inSync();
        yield StepResult.inSync(inSync, view.seen(), view.because());
      }
      case Diff.Change change -> {
        change.effects().forEach(this::checkPlace);
        early.foretold();
        forecast().add(Forecast.Where.of(at), touches, want, change);
        yield StepResult.changed(
            Status.WOULD_CHANGE, change, change.registered(), view.seen(), view.because());
      }
      case Diff.NotYet notYet -> {
        early.foretold();
        yield StepResult.plain(
            Status.TENTATIVE,
            "would wait: " + notYet.missing() + "; nothing in this run makes it true",
            view.because());
      }
      case Diff.Refused refused -> throw StepAttempt.refusal(refused);
    };
  }

  /** Fails where the effect couldn't be performed, unless a command before it may see to that. */
  private void checkPlace(Effect effect) {
    Read.Placing placing = effect.needs().orElse(null);
    if (placing == null || forecast().mayRunCommandOn(account.node())) {
      return;
    }
    Observation.Place place =
        gate.outlook().snapshot().read(account, List.of(placing), cancellation).of(placing);
    if (place.hindrance() != null) {
      throw new Failure(
          Diagnostic.of(
                  Code.FILE_FAILED,
                  "%s, so %s can't be written".formatted(place.hindrance(), placing.path()))
              .withHint(place.hint()));
    }
  }

  private <W> boolean holds(Primitive<W> primitive, W want, List<Read<?>> reads) {
    try {
      if (inSyncEarly(primitive, want, reads).isPresent()) {
        return true;
      }
      Observations observations = read(reads).observations();
      // No other node makes a check pass: who waits for that alone has its turn.
      return !(primitive.diff(want, observations) instanceof Diff.NotYet)
          || !(primitive.diff(want, Forecast.onceChecksPass(reads, observations))
              instanceof Diff.NotYet);
    } catch (UnknownValue | Failure toBeToldWhenItIsItsTurn) {
      return true;
    }
  }

  /** Reads again only when there are new predicted effects. */
  private BooleanSupplier whenLaid(BooleanSupplier condition) {
    int[] asked = {-1};
    return () -> {
      if (asked[0] == forecast().version()) {
        return false;
      }
      asked[0] = forecast().version();
      return condition.getAsBoolean();
    };
  }

  private Forecast.View read(List<Read<?>> reads) {
    return forecast().read(Forecast.Where.of(at), touches, reads, cancellation);
  }

  private Forecast forecast() {
    return gate.outlook().forecast();
  }
}
