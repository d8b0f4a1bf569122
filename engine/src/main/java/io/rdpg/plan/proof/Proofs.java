package io.rdpg.plan.proof;

import io.rdpg.plan.check.Way;
import io.rdpg.plan.check.Ways;
import io.rdpg.plan.diag.Diagnostics;
import io.rdpg.plan.model.Node;
import io.rdpg.plan.model.Plan;
import io.rdpg.plan.step.Primitive;
import java.util.List;
import java.util.Map;

/**
 * Holds plans against the rules of locking and waiting, on every path through their includes and
 * conditions; each rule has a page in docs/rules. Plans that are checked by one of these are also
 * held against each other.
 */
public final class Proofs {
  private final Ways ways;
  private final Map<String, Primitive<?>> primitives;
  private final LockOrder order = new LockOrder();

  public Proofs(Ways ways, Map<String, Primitive<?>> primitives) {
    this.ways = ways;
    this.primitives = Map.copyOf(primitives);
  }

  /**
   * Checks a plan that is known to be understood.
   *
   * @param nodes those that it is taken to
   * @param diagnostics is told every breach
   */
  public void check(Plan plan, List<Node> nodes, Diagnostics diagnostics) {
    Faults faults = new Faults();
    List<Way> each = ways(plan, nodes);
    new StepRules(primitives, faults).check(plan);
    LockUse.check(each, faults);
    order.learn(each);
    Deadlocks.check(each, order, faults);
    order.judge(faults);
    faults.all(plan.file()).forEach(diagnostics::add);
  }

  /** What the nodes that show all may do. */
  public List<Way> ways(Plan plan, List<Node> nodes) {
    return Sample.of(nodes, node -> ways.of(plan, node));
  }
}
