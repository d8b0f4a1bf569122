package io.rdpg.plan.run;

import io.rdpg.plan.diag.Failure;
import io.rdpg.plan.event.Event;
import io.rdpg.plan.event.Status;
import io.rdpg.plan.forecast.Forecast;
import io.rdpg.plan.scope.Touches;
import io.rdpg.plan.scope.UnknownValue;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Look;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.world.Cancellation;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * One step on one node in a preview: decided over the forecast, and laid over it.
 *
 * @param at which step
 * @param touches what its author says that it touches
 * @param gate the preview that it belongs to
 * @param cancellation ends the looking
 */
record Foresight(Event.At at, Touches touches, Gate.Closed gate, Cancellation cancellation) {

  /**
   * Decides the step.
   *
   * @throws Failure when it would fail
   * @throws OutOfSync when it is rehearsed and there is, or may be, something to do
   * @throws UnknownValue when it depends on what can't be known
   */
  <W> Outcome of(Primitive<W> primitive, W want) {
    cancellation.check();
    List<Look<?>> looks = primitive.looks(want);
    if (primitive.waits(want).isPresent() && !gate.rehearsal()) {
      // lets other nodes go on until they have made it true, or none can go on any more
      boolean _ = gate.outlook().turn().await(whenLaid(() -> holds(primitive, want, looks)));
    }
    Optional<Diff.InSync> before =
        forecast().settled(Forecast.Where.of(at), touches, want, looks, cancellation);
    if (before.isPresent()) {
      return Outcome.inSync(before.get(), List.of(), List.of());
    }
    Forecast.View view = look(looks);
    return decided(primitive.diff(want, view.answers()), view, want);
  }

  private Outcome decided(Diff diff, Forecast.View view, Object want) {
    if (gate.rehearsal() && !(diff instanceof Diff.InSync)) {
      throw new OutOfSync();
    }
    return switch (diff) {
      case Diff.InSync inSync -> Outcome.inSync(inSync, view.seen(), view.because());
      case Diff.Change change -> {
        forecast().lay(Forecast.Where.of(at), touches, want, change);
        yield Outcome.changed(
            Status.WOULD_CHANGE, change, change.registered(), view.seen(), view.because());
      }
      case Diff.NotYet notYet ->
          Outcome.plain(
              Status.TENTATIVE,
              "would wait: " + notYet.missing() + "; nothing in this run makes it true",
              view.because());
      case Diff.Refused refused -> throw Attempt.refusal(refused);
    };
  }

  private <W> boolean holds(Primitive<W> primitive, W want, List<Look<?>> looks) {
    try {
      return !(primitive.diff(want, look(looks).answers()) instanceof Diff.NotYet);
    } catch (UnknownValue | Failure toBeToldWhenItIsItsTurn) {
      return true;
    }
  }

  /** Asks again only when something was laid since. */
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

  private Forecast.View look(List<Look<?>> looks) {
    return forecast().look(Forecast.Where.of(at), touches, looks, cancellation);
  }

  private Forecast forecast() {
    return gate.outlook().forecast();
  }
}
