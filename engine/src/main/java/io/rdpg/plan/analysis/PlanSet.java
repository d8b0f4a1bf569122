package io.rdpg.plan.analysis;

import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.model.Plan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Plans that are checked together. What an included plan needs from its includer it lacks by
 * itself, so a part of another plan of the set is checked there.
 */
public final class PlanSet {
  private final PlanCompiler compiler;
  private final String limit;
  private final Map<Path, CheckedPlan> checked = new HashMap<>();
  private final List<CheckedPlan> named = new ArrayList<>();
  private final List<CheckedPlan> all = new ArrayList<>();

  /**
   * @param limit a host pattern that narrows the plans' targets
   */
  public PlanSet(PlanCompiler compiler, String limit) {
    this.compiler = compiler;
    this.limit = limit;
  }

  /** Checks one more plan by itself. */
  public CheckedPlan add(Path file) {
    CheckedPlan plan = check(file);
    named.add(plan);
    all.add(plan);
    return plan;
  }

  private CheckedPlan check(Path file) {
    return checked.computeIfAbsent(
        file, path -> compiler.check(path, NodeSelection.of(limit), null));
  }

  /**
   * Lets plans of the installation be parts of others there that were not added, when one is wrong
   * by itself and no part of those that were.
   *
   * @param isInstalled whether a file is a plan of the installation
   * @param installed the installation's plans
   */
  public void complete(Predicate<Path> isInstalled, Supplier<List<Path>> installed) {
    boolean lacking =
        named.stream()
            .filter(plan -> !plan.diagnostics().isEmpty())
            .filter(plan -> !plan.isIncludedBy(named))
            .anyMatch(plan -> isInstalled.test(plan.plan().file()));
    if (lacking) {
      installed.get().forEach(file -> all.add(check(file)));
    }
  }

  /**
   * The plan in which an added one is checked: the one that includes it and is no part itself, else
   * itself.
   */
  public CheckedPlan whole(CheckedPlan plan) {
    boolean part = !plan.diagnostics().isEmpty() || plan.isIncludedBy(named);
    return part ? includer(plan).orElse(plan) : plan;
  }

  /** An added plan as one that is understood includes it; empty when there is none. */
  public Optional<Plan> asIncluded(CheckedPlan plan) {
    return includer(plan).filter(other -> other.diagnostics().isEmpty()).flatMap(plan::in);
  }

  private Optional<CheckedPlan> includer(CheckedPlan plan) {
    return all.stream()
        .filter(other -> other.includes(plan) && !other.isIncludedBy(all))
        .findFirst();
  }

  /**
   * Proves how the plans lock and wait, each by itself and against each other.
   *
   * @param diagnostics is given everything that is wrong with an added plan
   */
  public void prove(Diagnostics diagnostics) {
    Map<Path, CheckedPlan> wholes = new LinkedHashMap<>();
    for (CheckedPlan plan : named) {
      CheckedPlan whole = whole(plan);
      wholes.putIfAbsent(whole.plan().file(), whole);
    }
    for (CheckedPlan whole : wholes.values()) {
      compiler.prove(whole);
      whole.diagnostics().all().forEach(diagnostics::add);
    }
  }
}
