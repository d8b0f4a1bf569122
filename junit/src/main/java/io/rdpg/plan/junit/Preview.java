package io.rdpg.plan.junit;

import io.rdpg.plan.trial.ProgramResult;
import java.util.List;
import java.util.Set;
import org.opentest4j.AssertionFailedError;

/** What {@code apply --dry-run} says of a plan. */
public final class Preview {
  private final String plan;
  private final ProgramResult result;

  Preview(String plan, ProgramResult result) {
    this.plan = plan;
    this.result = result;
  }

  /**
   * Asserts which steps an apply would change: these and no others, in any order; steps of which
   * the preview says that they may change something count too.
   *
   * @param steps names as the plan writes them, each with {@code NODE: } before it or not, then
   *     meaning the step on every node
   * @throws AssertionFailedError that names the steps that are missing and those that are too many
   */
  public Preview changes(String... steps) {
    StepSet.of("changed in the preview of " + plan, result, Set.of("would_change", "tentative"))
        .assertAre(steps);
    return this;
  }

  /** Asserts that an apply would find everything in sync. */
  public Preview changesNothing() {
    return changes();
  }

  /** All effects that are forecast, one line each. */
  List<String> effects() {
    return EffectLines.of(result, "would_change");
  }

  /** The steps whose effects the preview can't tell. */
  List<String> tentative() {
    return result.steps("tentative");
  }
}
