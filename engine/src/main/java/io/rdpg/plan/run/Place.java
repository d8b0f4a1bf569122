package io.rdpg.plan.run;

import io.rdpg.plan.model.Plan;
import io.rdpg.plan.model.Step;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a walk stands in the tree of plans, blocks and loops.
 *
 * @param plan the plan whose steps are walked
 * @param vars what is in scope
 * @param path the ids of the steps around it, joined; empty at the top
 * @param tags the tags of the steps around it
 * @param depth how many steps are around it
 * @param cancellation ends what is done here
 */
record Place(
    Plan plan, Vars vars, String path, Set<String> tags, int depth, Cancellation cancellation) {

  /** Among the steps that a step holds. */
  Place inside(Step.Head head, String id) {
    Set<String> all = new HashSet<>(tags);
    all.addAll(head.tags());
    return new Place(plan, vars.inStep(head.vars()), id, all, depth + 1, cancellation);
  }

  /** Among the steps of an included plan. */
  Place in(Plan included) {
    return new Place(
        included,
        vars.inPlan(included.vars()),
        path + "/" + included.fileName(),
        tags,
        depth,
        cancellation);
  }

  Place with(Vars others) {
    return new Place(plan, others, path, tags, depth, cancellation);
  }

  Place under(Cancellation narrower) {
    return new Place(plan, vars, path, tags, depth, narrower);
  }

  /** The id of a step here. */
  String id(Step.Head head, @Nullable Integer turn) {
    return (path.isEmpty() ? "" : path + "/")
        + head.name()
        + (turn == null ? "" : "[" + turn + "]");
  }

  /** Whether the tags asked for choose a step here. */
  boolean chosen(Step.Head head, Set<String> asked) {
    return asked.isEmpty()
        || head.tags().contains("always")
        || head.tags().stream().anyMatch(asked::contains)
        || tags.stream().anyMatch(asked::contains);
  }
}
