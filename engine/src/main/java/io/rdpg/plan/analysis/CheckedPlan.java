package io.rdpg.plan.analysis;

import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Step;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A plan that was checked for the nodes that it runs on.
 *
 * @param plan as far as it could be read, with all that it includes
 * @param nodes in inventory order
 * @param nodesAtOnce the maximum of nodes that it runs on at the same time
 * @param diagnostics everything that is wrong with it; it may run when this is empty
 */
public record CheckedPlan(Plan plan, List<Node> nodes, int nodesAtOnce, Diagnostics diagnostics) {

  boolean isIncludedBy(Collection<CheckedPlan> others) {
    return others.stream().anyMatch(other -> other.includes(this));
  }

  /** This plan as another one includes it; empty when it doesn't. */
  Optional<Plan> in(CheckedPlan other) {
    return Optional.ofNullable(included(other.plan).get(path(plan)));
  }

  /** Whether this plan includes another, and not the other way round too. */
  boolean includes(CheckedPlan other) {
    return other.in(this).isPresent() && in(other).isEmpty();
  }

  private static Map<Path, Plan> included(Plan plan) {
    Map<Path, Plan> plans = new HashMap<>();
    Step.all(plan.steps())
        .forEach(step -> {
          if (step instanceof Step.Include include) {
            include.plans().values().forEach(part -> plans.put(path(part), part));
          }
        });
    return plans;
  }

  private static Path path(Plan plan) {
    return plan.file().toAbsolutePath().normalize();
  }
}
