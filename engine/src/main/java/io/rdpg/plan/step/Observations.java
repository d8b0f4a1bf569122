package io.rdpg.plan.step;

import java.util.HashMap;
import java.util.Map;

/** The observations of a step's reads. */
public final class Observations {
  public static final Observations NONE = new Observations(Map.of());

  private final Map<Read<?>, Observation> byLook;
  private final Map<Read<?>, RuntimeException> unanswered;

  public Observations(Map<? extends Read<?>, ? extends Observation> byLook) {
    this(byLook, Map.of());
  }

  /**
   * @param unanswered what asking for an unknown observation results in
   */
  public Observations(
      Map<? extends Read<?>, ? extends Observation> byLook,
      Map<? extends Read<?>, ? extends RuntimeException> unanswered) {
    this.byLook = new HashMap<>(byLook);
    this.unanswered = new HashMap<>(unanswered);
  }

  /**
   * The observation of a read.
   *
   * @throws IllegalArgumentException when it was not read: a bug of the primitive
   */
  @SuppressWarnings(
      "unchecked") // stored under its own read, whose type parameter is the observation's
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
