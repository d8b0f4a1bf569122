package io.rdpg.plan.interpret;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The steps that a walk comes to after the one it is at: those beside it, then those after what is
 * around it, to the plan's end.
 *
 * @param <K> what is known
 */
public interface Following<K extends Knowledge<K>> {

  /**
   * Walks them all.
   *
   * @param known takes the place of what the walk knew
   */
  <R extends @Nullable Object> void walk(UnaryOperator<K> known, StepVisitor<K, R> visitor);
}
