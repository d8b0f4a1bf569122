package io.rdpg.plan.interpret;

import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.model.StepPath;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A step with its location in the plan.
 *
 * @param plan the file that it is written in
 * @param around the step around it, include, block or lock; null at the top
 */
public record StepLocation(StepPath path, Step step, Plan plan, @Nullable StepLocation around) {

  /** This one and all around it, the innermost first. */
  public Stream<StepLocation> outwards() {
    return Stream.iterate(this, location -> location != null, StepLocation::around)
        .map(StepLocation.class::cast);
  }

  public Step.Head head() {
    return step.head();
  }
}
