package io.rdpg.plan.step;

import java.util.HashMap;
import java.util.Map;

/** The answers to a step's looks. */
public final class Observations {
  public static final Observations NONE = new Observations(Map.of());

  private final Map<Read<?>, Observation> byLook;
  private final Map<Read<?>, RuntimeException> unanswered;

  public Observations(Map<? extends Read<?>, ? extends Observation> byLook) {
    this(byLook, Map.of());
  }

  /**
   * @param unanswered what asking for an answer that isn't known comes to
   */
  public Observations(
      Map<? extends Read<?>, ? extends Observation> byLook,
      Map<? extends Read<?>, ? extends RuntimeException> unanswered) {
    this.byLook = new HashMap<>(byLook);
    this.unanswered = new HashMap<>(unanswered);
  }

  /**
   * The answer to a look.
   *
   * @throws IllegalArgumentException when the look was not asked: a fault of the primitive
   */
  @SuppressWarnings("unchecked") // put in under its own look, whose type parameter is the answer's
  public <A extends Observation> A of(Read<A> read) {
    RuntimeException unknown = unanswered.get(read);
    if (unknown != null) {
      throw unknown;
    }
    Observation observation = byLook.get(read);
    if (observation == null) {
      throw new IllegalArgumentException("not read: " + read.describe());
    }
    return (A) observation;
  }
}
