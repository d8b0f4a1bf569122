package io.rdpg.plan.analysis.proof;

import io.rdpg.plan.analysis.check.ExecutionPath;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.model.StepPath;
import io.rdpg.plan.step.AwaitedState;
import io.rdpg.plan.step.Resource;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds which steps produce what a waiting step waits for. */
public final class WaitDependencies {
  private WaitDependencies() {}

  /**
   * The waiting steps of some paths, each with the steps that produce what it waits for; none for
   * one that waits for something from outside of the plan.
   */
  public static Map<StepPath, Set<StepPath>> of(List<ExecutionPath> ways) {
    List<ExecutionPath.TaskNode> steps = ways.stream().flatMap(ExecutionPath::tasks).toList();
    Map<StepPath, Set<StepPath>> by = new LinkedHashMap<>();
    for (ExecutionPath.TaskNode wait : steps) {
      if (wait.awaits() != null) {
        Set<StepPath> found =
            by.computeIfAbsent(wait.location().path(), _ -> new LinkedHashSet<>());
        steps.stream()
            .filter(step -> surely(step, wait))
            .forEach(step -> found.add(step.location().path()));
      }
    }
    return by;
  }

  /** Whether it is known what a wait reads. */
  static boolean known(ExecutionPath.TaskNode wait) {
    return wait.awaits() != null && wait.awaits().things().stream().allMatch(Resource::named);
  }

  /** Whether a step may produce what a wait waits for, on the node where it reads. */
  static boolean may(ExecutionPath.TaskNode step, ExecutionPath.TaskNode wait) {
    if (wait.awaits() == null) {
      return false;
    }
    for (Resource thing : step.produces()) {
      for (Resource seen : wait.awaits().things()) {
        if (meets(thing, step, seen, wait)) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Whether a wait need not wait any more once another one, on whichever node, has come to its end:
   * it asks for no more of the same, and not for what a key holds, which may change.
   */
  static boolean covers(ExecutionPath.TaskNode before, ExecutionPath.TaskNode wait) {
    AwaitedState had = before.awaits();
    AwaitedState wants = wait.awaits();
    return had != null
        && wants != null
        && known(wait)
        && wants.things().stream().allMatch(Resource::shared)
        && had.things().equals(wants.things())
        && had.addresses().containsAll(wants.addresses())
        && had.least() >= wants.least()
        && wait.location().step() instanceof Step.Task task
        && task.arguments().get("value") == null;
  }

  /** Whether there may be waits that a step {@link #covers}. */
  static boolean mayCover(ExecutionPath.TaskNode step) {
    return step.awaits() != null && step.awaits().things().stream().allMatch(Resource::shared);
  }

  private static boolean surely(ExecutionPath.TaskNode step, ExecutionPath.TaskNode wait) {
    return wait.awaits() != null
        && step.produces().stream()
            .filter(Resource::named)
            .anyMatch(thing ->
                wait.awaits().things().stream()
                    .filter(Resource::named)
                    .anyMatch(seen -> meets(thing, step, seen, wait)));
  }

  private static boolean meets(
      Resource thing, ExecutionPath.TaskNode step, Resource seen, ExecutionPath.TaskNode wait) {
    boolean there =
        (thing.shared() && seen.shared())
            || step.at().equals(wait.at())
            || step.at().isEmpty()
            || wait.at().isEmpty();
    return there && thing.concerns(seen);
  }
}
