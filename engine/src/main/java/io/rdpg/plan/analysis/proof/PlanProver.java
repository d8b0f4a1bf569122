package io.rdpg.plan.analysis.proof;

import io.rdpg.plan.analysis.check.ExecutionPath;
import io.rdpg.plan.analysis.check.PathEnumerator;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.step.Primitive;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Proves that plans keep the rules of locks and waits, on every execution path through their
 * includes and conditions; each rule has a page in docs/rules. Plans that are checked by one of
 * these are also checked against each other.
 */
public final class PlanProver {
  private final Function<Plan, PathEnumerator> ways;
  private final Map<String, Primitive<?>> primitives;
  private final Conditions conditions = new Conditions();
  private final LockOrder order = new LockOrder();

  /**
   * @param ways by the variables that a plan is compiled with
   */
  public PlanProver(Function<Plan, PathEnumerator> ways, Map<String, Primitive<?>> primitives) {
    this.ways = ways;
    this.primitives = Map.copyOf(primitives);
  }

  /**
   * Checks a valid plan.
   *
   * @param nodes those that it runs on
   * @param diagnostics receives every violation
   */
  public void check(Plan plan, List<Node> nodes, Diagnostics diagnostics) {
    RuleViolations violations = new RuleViolations();
    List<ExecutionPath> each = ways(plan, nodes);
    new StepRules(primitives, violations).check(plan);
    List<PathExplorer> explorers =
        each.stream().map(way -> PathExplorer.of(way, conditions)).toList();
    LockUsage.check(each, explorers, primitives, violations);
    order.learn(explorers);
    Deadlocks.check(each, order, conditions, violations);
    order.judge(violations);
    violations.all().forEach(diagnostics::add);
  }

  /** What the nodes that show all may do. */
  public List<ExecutionPath> ways(Plan plan, List<Node> nodes) {
    PathEnumerator enumerator = ways.apply(plan);
    return NodeSample.of(nodes, node -> enumerator.of(plan, node));
  }
}
