package io.rdpg.plan.cli;

import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Failure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Judges plans, each by itself, and finds those that they are parts of.
 *
 * @param limit a host pattern that narrows their targets
 */
record CheckedPlans(Installation installation, Sources sources, String limit) {

  List<CheckedPlan> each(Collection<String> plans) {
    return plans.stream().map(this::one).toList();
  }

  CheckedPlan one(String plan) {
    Diagnostics diagnostics = new Diagnostics();
    try {
      return new CheckedPlan(
          plan, sources.target(installation, plan, limit, null, diagnostics), diagnostics);
    } catch (Failure failure) {
      diagnostics.add(failure.diagnostic());
      return new CheckedPlan(plan, null, diagnostics);
    }
  }

  /** With all plans in {@code plans/} where one from there can't be judged by those named. */
  List<CheckedPlan> withInstalled(List<CheckedPlan> judged) {
    List<CheckedPlan> all = new ArrayList<>(judged);
    boolean more =
        judged.stream()
            .filter(one -> one.target() != null && !one.diagnostics().isEmpty())
            .filter(one -> !one.isIncludedBy(judged))
            .anyMatch(one -> installation.isBelowPlans(Path.of(one.file())));
    if (more) {
      all.addAll(each(installation.plans()));
    }
    return all;
  }
}
