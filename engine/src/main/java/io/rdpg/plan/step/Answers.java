package io.rdpg.plan.step;

import java.util.HashMap;
import java.util.Map;

/** The answers to a step's looks. */
public final class Answers {
  public static final Answers NONE = new Answers(Map.of());

  private final Map<Look<?>, Answer> byLook;
  private final Map<Look<?>, RuntimeException> unanswered;

  public Answers(Map<? extends Look<?>, ? extends Answer> byLook) {
    this(byLook, Map.of());
  }

  /**
   * @param unanswered what asking for an answer that isn't known comes to
   */
  public Answers(
      Map<? extends Look<?>, ? extends Answer> byLook,
      Map<? extends Look<?>, ? extends RuntimeException> unanswered) {
    this.byLook = new HashMap<>(byLook);
    this.unanswered = new HashMap<>(unanswered);
  }

  /**
   * The answer to a look.
   *
   * @throws IllegalArgumentException when the look was not asked: a fault of the primitive
   */
  @SuppressWarnings("unchecked") // put in under its own look, whose type parameter is the answer's
  public <A extends Answer> A of(Look<A> look) {
    RuntimeException unknown = unanswered.get(look);
    if (unknown != null) {
      throw unknown;
    }
    Answer answer = byLook.get(look);
    if (answer == null) {
      throw new IllegalArgumentException("not asked: " + look.describe());
    }
    return (A) answer;
  }
}
