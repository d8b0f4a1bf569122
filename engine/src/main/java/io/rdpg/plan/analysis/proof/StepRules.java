package io.rdpg.plan.analysis.proof;

import io.rdpg.plan.analysis.check.ExecutionPath;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.model.StepPath;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.step.Args;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.step.Resource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rules that a step keeps or breaks by itself, whichever way a node comes to it. */
final class StepRules {
  private final Map<String, Primitive<?>> primitives;
  private final RuleViolations diagnostics;

  StepRules(Map<String, Primitive<?>> primitives, RuleViolations diagnostics) {
    this.primitives = primitives;
    this.diagnostics = diagnostics;
  }

  void check(Plan plan) {
    steps(plan.steps(), new Stand(plan, null, StepPath.ROOT, plan.forCluster(), false));
  }

  /**
   * Where a step stands.
   *
   * @param forCluster whether one node does it for all
   * @param elsewhere whether it is said at which node it is done
   */
  private record Stand(
      Plan plan,
      ExecutionPath.@Nullable StepLocation around,
      StepPath path,
      boolean forCluster,
      boolean elsewhere) {}

  private void steps(List<Step> steps, Stand stand) {
    for (Step step : steps) {
      ExecutionPath.StepLocation location =
          new ExecutionPath.StepLocation(stand.path().in(step), step, stand.plan(), stand.around());
      boolean elsewhere = stand.elsewhere() || step.head().on() != null;
      Stand inside =
          new Stand(stand.plan(), location, location.path(), stand.forCluster(), elsewhere);
      switch (step) {
        case Step.Task task -> {
          deadline(task, location);
          transport(task, location, inside);
        }
        case Step.LockScope scope -> {
          if (scope.arguments().get("wait") == null) {
            withoutDeadline(location, "takes a lock and gives no `wait`", "wait: 15m");
          }
          steps(scope.steps(), inside);
        }
        case Step.Block block -> steps(block.steps(), inside);
        case Step.Include include ->
            include
                .plans()
                .values()
                .forEach(plan ->
                    steps(
                        plan.steps(),
                        new Stand(
                            plan,
                            location,
                            location.path(),
                            stand.forCluster() || plan.forCluster(),
                            elsewhere)));
        case Step.Release _ -> {}
      }
    }
  }

  private void deadline(Step.Task task, ExecutionPath.StepLocation location) {
    Primitive<?> primitive = primitives.get(task.primitive());
    boolean waits = primitive != null && primitive.awaits(nothing(task)).isPresent();
    if (waits && task.arguments().get("timeout") == null && task.head().timeout() == null) {
      withoutDeadline(location, "waits and gives no `timeout`", "timeout: 15m");
    }
  }

  private void withoutDeadline(ExecutionPath.StepLocation location, String what, String example) {
    diagnostics.tell(
        Code.WAIT_WITHOUT_DEADLINE,
        location,
        "'" + location.head().name() + "' " + what,
        "say how long the slowest node may take, such as " + example);
  }

  private void transport(Step.Task task, ExecutionPath.StepLocation location, Stand stand) {
    Primitive<?> primitive = primitives.get(task.primitive());
    if (primitive != null
        && stand.forCluster()
        && !stand.elsewhere()
        && primitive.mayTouch(nothing(task)).stream().anyMatch(StepRules::ofOneMachine)) {
      diagnostics.tell(
          Code.NODE_STEP_IN_CLUSTER_PLAN,
          location,
          "one node does this plan for its whole cluster, and '%s' (%s) is done on that machine only"
              .formatted(location.head().name(), task.primitive()),
          "move it to a plan that every node walks, or say where: for_each: cluster.nodes with on:");
    }
  }

  private static boolean ofOneMachine(Resource thing) {
    return switch (thing) {
      case Resource.File _, Resource.Running _, Resource.Anything _ -> true;
      case Resource.InPostgres _, Resource.Key _, Resource.Service _, Resource.RegisteredAs _ ->
          false;
    };
  }

  private static Args nothing(Step.Task task) {
    return new Args(Value.Mapping.empty(task.arguments().at()));
  }
}
