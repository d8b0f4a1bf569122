package io.rdpg.plan.run;

import io.rdpg.plan.interpret.DeclaredChanges;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.template.UnknownValue;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.Status;
import io.rdpg.plan.run.event.StepResult;
import io.rdpg.plan.run.forecast.Forecast;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.Cancellation;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Runs one step on one node in a preview: decides it over the forecast, and adds its predicted
 * effects to it.
 *
 * @param at which step
 * @param touches what its author declares that it touches
 * @param gate the preview that it belongs to
 * @param cancellation ends the reads
 */
record PreviewStep(
    Event.At at, DeclaredChanges touches, EffectGate.Closed gate, Cancellation cancellation) {

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
    if (primitive.waits(want).isPresent() && !gate.rehearsal()) {
      // lets other nodes run until they have made it true, or none can continue
      boolean _ = gate.outlook().turn().await(whenLaid(() -> holds(primitive, want, reads)));
    }
    Optional<Diff.InSync> before = forecast().settled(Forecast.Where.of(at), touches, want, reads);
    if (before.isPresent()) {
      return StepResult.inSync(before.get(), List.of(), List.of());
    }
    Forecast.View view = read(reads);
    return decided(primitive.diff(want, view.observations()), view, want);
  }

  private StepResult decided(Diff diff, Forecast.View view, Object want) {
    if (gate.rehearsal() && !(diff instanceof Diff.InSync)) {
      throw new OutOfSync();
    }
    return switch (diff) {
      case Diff.InSync inSync -> StepResult.inSync(inSync, view.seen(), view.because());
      case Diff.Change change -> {
        forecast().add(Forecast.Where.of(at), touches, want, change);
        yield StepResult.changed(
            Status.WOULD_CHANGE, change, change.registered(), view.seen(), view.because());
      }
      case Diff.NotYet notYet ->
          StepResult.plain(
              Status.TENTATIVE,
              "would wait: " + notYet.missing() + "; nothing in this run makes it true",
              view.because());
      case Diff.Refused refused -> throw StepAttempt.refusal(refused);
    };
  }

  private <W> boolean holds(Primitive<W> primitive, W want, List<Read<?>> reads) {
    try {
      return !(primitive.diff(want, read(reads).observations()) instanceof Diff.NotYet);
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
