package io.rdpg.plan.proof;

import io.rdpg.plan.check.Way;
import io.rdpg.plan.diag.Code;
import io.rdpg.plan.model.Plan;
import io.rdpg.plan.model.Step;
import io.rdpg.plan.model.StepPath;
import io.rdpg.plan.model.Value;
import io.rdpg.plan.step.Args;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.step.Thing;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rules that a step keeps or breaks by itself, whichever way a node comes to it. */
final class StepRules {
  private final Map<String, Primitive<?>> primitives;
  private final Faults faults;

  StepRules(Map<String, Primitive<?>> primitives, Faults faults) {
    this.primitives = primitives;
    this.faults = faults;
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
      Plan plan, Way.@Nullable Spot around, StepPath path, boolean forCluster, boolean elsewhere) {}

  private void steps(List<Step> steps, Stand stand) {
    for (Step step : steps) {
      Way.Spot spot = new Way.Spot(stand.path().in(step), step, stand.plan(), stand.around());
      boolean elsewhere = stand.elsewhere() || step.head().on() != null;
      Stand inside = new Stand(stand.plan(), spot, spot.path(), stand.forCluster(), elsewhere);
      switch (step) {
        case Step.Task task -> {
          deadline(task, spot);
          reach(task, spot, inside);
        }
        case Step.LockScope scope -> {
          if (scope.arguments().get("wait") == null) {
            withoutDeadline(spot, "takes a lock and gives no `wait`", "wait: 15m");
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
                            spot,
                            spot.path(),
                            stand.forCluster() || plan.forCluster(),
                            elsewhere)));
        case Step.Release _ -> {}
      }
    }
  }

  private void deadline(Step.Task task, Way.Spot spot) {
    Primitive<?> primitive = primitives.get(task.primitive());
    boolean waits = primitive != null && primitive.awaits(nothing(task)).isPresent();
    if (waits && task.arguments().get("timeout") == null && task.head().timeout() == null) {
      withoutDeadline(spot, "waits and gives no `timeout`", "timeout: 15m");
    }
  }

  private void withoutDeadline(Way.Spot spot, String what, String example) {
    faults.tell(
        Code.WAIT_WITHOUT_DEADLINE,
        spot,
        "'" + spot.head().name() + "' " + what,
        "say how long the slowest node may take, such as " + example);
  }

  private void reach(Step.Task task, Way.Spot spot, Stand stand) {
    Primitive<?> primitive = primitives.get(task.primitive());
    if (primitive != null
        && stand.forCluster()
        && !stand.elsewhere()
        && primitive.mayTouch(nothing(task)).stream().anyMatch(StepRules::ofOneMachine)) {
      faults.tell(
          Code.NODE_STEP_IN_CLUSTER_PLAN,
          spot,
          "one node does this plan for its whole cluster, and '%s' (%s) is done on that machine only"
              .formatted(spot.head().name(), task.primitive()),
          "move it to a plan that every node walks, or say where: for_each: cluster.nodes with on:");
    }
  }

  private static boolean ofOneMachine(Thing thing) {
    return switch (thing) {
      case Thing.File _, Thing.Running _, Thing.Anything _ -> true;
      case Thing.InPostgres _, Thing.Key _, Thing.Service _, Thing.RegisteredAs _ -> false;
    };
  }

  private static Args nothing(Step.Task task) {
    return new Args(Value.Mapping.empty(task.arguments().at()));
  }
}
