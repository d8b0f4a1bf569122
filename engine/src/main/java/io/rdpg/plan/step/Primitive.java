package io.rdpg.plan.step;

import io.rdpg.plan.language.model.Signature;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A kind of step. It never acts and never looks by itself: all three functions are pure. Found by
 * {@link java.util.ServiceLoader} when it is a third party's.
 *
 * @param <W> what the author of a step wants, decoded
 */
public interface Primitive<W> {

  /** What it takes and gives. */
  Signature signature();

  /**
   * What the author wants.
   *
   * @param args the rendered arguments; a wrong value is told by {@link Args}' own accessors
   */
  W decode(Args args);

  /** The questions whose answers {@link #diff} needs; may be empty. */
  List<Read<?>> reads(W want);

  /** What lies between the want and the world. */
  Diff diff(W want, Observations observations);

  /**
   * What it may change, as far as that can be told from some of its arguments, for previews in
   * which not all of them are known.
   *
   * @param known the arguments that are known; others may have been given
   */
  default Set<Resource> mayTouch(Args known) {
    return Set.of(new Resource.Anything());
  }

  /**
   * What it is done for, as far as that can be told from some of its arguments: whoever waits for
   * one of these waits for this step.
   *
   * @param known the arguments that are known; others may have been given
   */
  default Set<Resource> produces(Args known) {
    return mayTouch(known);
  }

  /**
   * What it waits for, as far as that can be told from some of its arguments; empty for a step that
   * never waits.
   *
   * @param known the arguments that are known; others may have been given
   */
  default Optional<AwaitedState> awaits(Args known) {
    return Optional.empty();
  }

  /** How long looking again after a change may take to see it: some servers act a little later. */
  default Duration settles(W want) {
    return Duration.ZERO;
  }

  /**
   * The deadline of a step that waits and gives no {@code timeout} of its own; empty for one that
   * never waits. Only a step that waits may answer {@link Diff.NotYet}.
   */
  default Optional<Duration> waits(W want) {
    return Optional.empty();
  }

  /** The pause between two looks of a step that waits and gives no {@code every} of its own. */
  default Duration polls(W want) {
    return Duration.ofSeconds(1);
  }
}
