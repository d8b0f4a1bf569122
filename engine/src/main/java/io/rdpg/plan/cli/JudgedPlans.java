package io.rdpg.plan.cli;

import io.rdpg.plan.diag.Diagnostics;
import io.rdpg.plan.diag.Failure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Judges plans, each by itself, and finds those that they are parts of.
 *
 * @param limit a host pattern that narrows their targets
 */
record JudgedPlans(Installation installation, Sources sources, String limit) {

  List<JudgedPlan> each(Collection<String> plans) {
    return plans.stream().map(this::one).toList();
  }

  JudgedPlan one(String plan) {
    Diagnostics faults = new Diagnostics();
    try {
      return new JudgedPlan(plan, sources.target(installation, plan, limit, null, faults), faults);
    } catch (Failure failure) {
      faults.add(failure.diagnostic());
      return new JudgedPlan(plan, null, faults);
    }
  }

  /** With all plans in {@code plans/} where one from there can't be judged by those named. */
  List<JudgedPlan> withInstalled(List<JudgedPlan> judged) {
    List<JudgedPlan> all = new ArrayList<>(judged);
    boolean more =
        judged.stream()
            .filter(one -> one.target() != null && !one.faults().isEmpty())
            .filter(one -> !one.isIncludedBy(judged))
            .anyMatch(one -> installation.isBelowPlans(Path.of(one.file())));
    if (more) {
      all.addAll(each(installation.plans()));
    }
    return all;
  }
}
