package io.rdpg.plan.cli;

import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Step;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A plan as it is by itself.
 *
 * @param asked as the command line names it
 * @param target null when there is no such plan
 */
record CheckedPlan(String asked, Sources.@Nullable Target target, Diagnostics diagnostics) {

  /** Its path, or how it was asked for where there is no such plan. */
  String file() {
    return target == null ? asked : target.plan().file().toString();
  }

  String nodes() {
    int count = target == null ? 0 : target.nodes().size();
    return count == 1 ? "1 node" : count + " nodes";
  }

  boolean isIncludedBy(Collection<CheckedPlan> others) {
    return others.stream().anyMatch(other -> other.includes(this));
  }

  /**
   * The plan among others that this one is a part of, and that is a part of none itself. What an
   * included plan needs from its includer it lacks by itself, so it is judged there.
   */
  Optional<CheckedPlan> includer(Collection<CheckedPlan> others) {
    return others.stream()
        .filter(other -> other.includes(this) && !other.isIncludedBy(others))
        .findFirst();
  }

  /** This plan as another one includes it; empty when it doesn't. */
  Optional<Plan> in(CheckedPlan other) {
    return target == null || other.target == null
        ? Optional.empty()
        : Optional.ofNullable(included(other.target.plan()).get(path(target.plan())));
  }

  /** Whether this plan includes another, and not the other way round too. */
  private boolean includes(CheckedPlan other) {
    return other.in(this).isPresent() && in(other).isEmpty();
  }

  private static Map<Path, Plan> included(Plan plan) {
    Map<Path, Plan> plans = new HashMap<>();
    collect(plan.steps(), plans);
    return plans;
  }

  private static void collect(List<Step> steps, Map<Path, Plan> plans) {
    for (Step step : steps) {
      if (step instanceof Step.Include include) {
        include.plans().values().forEach(plan -> plans.put(path(plan), plan));
      }
      collect(step.nested(), plans);
    }
  }

  private static Path path(Plan plan) {
    return plan.file().toAbsolutePath().normalize();
  }
}
