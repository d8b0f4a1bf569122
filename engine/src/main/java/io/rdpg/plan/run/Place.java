package io.rdpg.plan.run;

import io.rdpg.plan.event.Event;
import io.rdpg.plan.model.Plan;
import io.rdpg.plan.model.Step;
import io.rdpg.plan.scope.Vars;
import io.rdpg.plan.world.Cancellation;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a walk stands in the tree of plans, blocks and loops.
 *
 * @param plan the plan whose steps are walked
 * @param vars what is in scope
 * @param path the ids of the steps around it, joined; empty at the top
 * @param on the node that the steps around it say to work at; null for the strand's own
 * @param tags the tags of the steps around it
 * @param depth how many steps are around it
 * @param cancellation ends what is done here
 */
record Place(
    Plan plan,
    Vars vars,
    String path,
    @Nullable String on,
    Set<String> tags,
    int depth,
    Cancellation cancellation) {

  static Place atTop(Plan plan, Vars vars, Cancellation cancellation) {
    return new Place(plan, vars, "", null, Set.of(), 0, cancellation);
  }

  /** Among the steps that a step holds; the step's own variables are in scope here already. */
  Place inside(Step.Head head, Event.At at) {
    Set<String> all = new HashSet<>(tags);
    all.addAll(head.tags());
    return new Place(plan, vars, at.id(), at.on(), all, depth + 1, cancellation);
  }

  /** Among the steps of an included plan. */
  Place in(Plan included) {
    return new Place(
        included,
        vars.inPlan(included.vars()),
        path + "/" + included.fileName(),
        on,
        tags,
        depth,
        cancellation);
  }

  Place with(Vars others) {
    return new Place(plan, others, path, on, tags, depth, cancellation);
  }

  Place under(Cancellation narrower) {
    return new Place(plan, vars, path, on, tags, depth, narrower);
  }

  /** The id of a step here. */
  String id(Step.Head head, @Nullable Integer turn) {
    return (path.isEmpty() ? "" : path + "/")
        + head.name()
        + (turn == null ? "" : "[" + turn + "]");
  }

  /** Whether the tags asked for choose a step here, or one inside of it. */
  boolean chosen(Step step, Set<String> asked) {
    return asked.isEmpty()
        || tags.stream().anyMatch(tag -> chooses(tag, asked))
        || choosesAny(step, asked);
  }

  private static boolean choosesAny(Step step, Set<String> asked) {
    return step.head().tags().stream().anyMatch(tag -> chooses(tag, asked))
        || step.nested().stream().anyMatch(inner -> choosesAny(inner, asked));
  }

  private static boolean chooses(String tag, Set<String> asked) {
    return tag.equals("always") || asked.contains(tag);
  }
}
