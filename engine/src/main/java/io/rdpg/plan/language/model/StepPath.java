package io.rdpg.plan.language.model;

import java.util.List;
import java.util.stream.Stream;

/**
 * The path of a step in a plan with all that it includes: the names of the steps around it, the
 * outermost first, and its own, as they are written. Two includes of one file are two paths.
 *
 * @param names never empty but for the plan itself
 */
public record StepPath(List<String> names) {
  /** The plan itself. */
  public static final StepPath ROOT = new StepPath(List.of());

  public StepPath {
    names = List.copyOf(names);
  }

  /** The path of a step right inside of this one. */
  public StepPath in(Step step) {
    return new StepPath(Stream.concat(names.stream(), Stream.of(step.head().name())).toList());
  }
}
