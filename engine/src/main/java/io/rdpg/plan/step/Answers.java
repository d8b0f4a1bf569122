package io.rdpg.plan.step;

import java.util.HashMap;
import java.util.Map;

/** The answers to a step's looks. */
public final class Answers {
  public static final Answers NONE = new Answers(Map.of());

  private final Map<Look<?>, Answer> byLook;

  public Answers(Map<? extends Look<?>, ? extends Answer> byLook) {
    this.byLook = new HashMap<>(byLook);
  }

  /**
   * The answer to a look.
   *
   * @throws IllegalArgumentException when the look was not asked: a fault of the primitive
   */
  @SuppressWarnings("unchecked") // put in under its own look, whose type parameter is the answer's
  public <A extends Answer> A of(Look<A> look) {
    Answer answer = byLook.get(look);
    if (answer == null) {
      throw new IllegalArgumentException("not asked: " + look.describe());
    }
    return (A) answer;
  }
}
