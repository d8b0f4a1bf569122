package io.rdpg.plan.run;

import io.rdpg.plan.interpret.Variables;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.target.Cancellation;
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
record StepFrame(
    Plan plan,
    Variables vars,
    String path,
    @Nullable String on,
    Set<String> tags,
    int depth,
    Cancellation cancellation) {

  static StepFrame atTop(Plan plan, Variables vars, Cancellation cancellation) {
    return new StepFrame(plan, vars, "", null, Set.of(), 0, cancellation);
  }

  /** Among the steps that a step holds; the step's own variables are in scope here already. */
  StepFrame inside(Step.Head head, Event.At at) {
    Set<String> all = new HashSet<>(tags);
    all.addAll(head.tags());
    return new StepFrame(plan, vars, at.id(), at.on(), all, depth + 1, cancellation);
  }

  /** Among the steps of an included plan. */
  StepFrame in(Plan included) {
    return new StepFrame(
        included,
        vars.inPlan(included.vars()),
        path + "/" + included.fileName(),
        on,
        tags,
        depth,
        cancellation);
  }

  StepFrame with(Variables others) {
    return new StepFrame(plan, others, path, on, tags, depth, cancellation);
  }

  StepFrame under(Cancellation narrower) {
    return new StepFrame(plan, vars, path, on, tags, depth, narrower);
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
