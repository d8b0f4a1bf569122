package io.rdpg.plan.analysis.proof;

import io.rdpg.plan.interpret.NothingKnown;
import io.rdpg.plan.interpret.StepFrame;
import io.rdpg.plan.interpret.StepLocation;
import io.rdpg.plan.interpret.StepVisitor;
import io.rdpg.plan.interpret.StepWalk;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.template.UnknownValue;
import io.rdpg.plan.step.Args;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.step.Resource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Holds each step to the rules that it keeps or breaks by itself, on every execution path. */
record StepRules(Map<String, Primitive<?>> primitives, RuleViolations violations)
    implements StepVisitor<NothingKnown, @Nullable Void> {
  void check(Plan plan) {
    StepWalk.WHOLE.plan(plan, NothingKnown.HERE, this);
  }

  @Override
  public @Nullable Void come(
      StepFrame<NothingKnown> outside, Rest<NothingKnown, @Nullable Void> rest) {
    return rest.visit(this);
  }

  @Override
  public @Nullable Void skip(Step step, StepFrame<NothingKnown> frame) {
    return null;
  }

  @Override
  public @Nullable Void perhaps(UnknownValue why, Rest<NothingKnown, @Nullable Void> rest) {
    return rest.visit(this);
  }

  @Override
  public @Nullable Void anyItem(UnknownValue why, Rest<NothingKnown, @Nullable Void> rest) {
    return rest.visit(this);
  }

  @Override
  public @Nullable Void anywhere(UnknownValue why, Rest<NothingKnown, @Nullable Void> rest) {
    return rest.visit(this);
  }

  @Override
  public @Nullable Void fail(Failure failure, Rest<NothingKnown, @Nullable Void> rest) {
    return rest.visit(this);
  }

  @Override
  public @Nullable Void turns(List<@Nullable Void> turns) {
    return null;
  }

  @Override
  public void register(Step.Head head, StepFrame<NothingKnown> frame, @Nullable Void result) {}

  @Override
  public @Nullable Void task(Step.Task task, StepFrame<NothingKnown> frame) {
    StepLocation location = frame.location(task);
    deadline(task, location);
    reach(task, location);
    return null;
  }

  @Override
  public @Nullable Void block(
      Step.Block block,
      Inside<NothingKnown, @Nullable Void> steps,
      Inside<NothingKnown, @Nullable Void> onFailure) {
    steps.visit(this);
    onFailure.visit(this);
    return null;
  }

  @Override
  public @Nullable Void include(
      Step.Include include,
      StepFrame<NothingKnown> frame,
      List<IncludedPlan<NothingKnown, @Nullable Void>> plans) {
    for (IncludedPlan<NothingKnown, @Nullable Void> plan : plans) {
      plan.visit(this);
    }
    return null;
  }

  @Override
  public @Nullable Void lock(Step.LockScope scope, Inside<NothingKnown, @Nullable Void> steps) {
    if (scope.arguments().get("wait") == null) {
      withoutDeadline(
          steps.frame().location(scope), "takes a lock and gives no `wait`", "wait: 15m");
    }
    steps.visit(this);
    return null;
  }

  @Override
  public @Nullable Void release(Step.Release release, StepFrame<NothingKnown> frame) {
    return null;
  }

  private void deadline(Step.Task task, StepLocation location) {
    Primitive<?> primitive = primitives.get(task.primitive());
    String timeout =
        primitive == null
            ? null
            : primitive
                .signature()
                .argument(Signature.Role.DEADLINE)
                .map(Signature.Argument::name)
                .orElse(null);
    if (timeout != null && task.arguments().get(timeout) == null && task.head().timeout() == null) {
      withoutDeadline(location, "waits and gives no `" + timeout + "`", timeout + ": 15m");
    }
  }

  private void withoutDeadline(StepLocation location, String what, String example) {
    violations.report(
        Code.WAIT_WITHOUT_DEADLINE,
        location,
        "'" + location.head().name() + "' " + what,
        "give the time that the slowest node may take, such as " + example);
  }

  private void reach(Step.Task task, StepLocation location) {
    Primitive<?> primitive = primitives.get(task.primitive());
    if (primitive != null
        && forCluster(location)
        && location.outwards().allMatch(step -> step.head().on() == null)
        && primitive.mayTouch(nothing(task)).stream().anyMatch(StepRules::ofOneMachine)) {
      violations.report(
          Code.NODE_STEP_IN_CLUSTER_PLAN,
          location,
          "one node runs this plan for its whole cluster, and '%s' (%s) runs on that node only"
              .formatted(location.head().name(), task.primitive()),
          "move it to a plan that every node runs, or say where: for_each: cluster.nodes with on:");
    }
  }

  /** Whether one node does the step for all. */
  private static boolean forCluster(StepLocation location) {
    return location.outwards().anyMatch(step -> step.plan().forCluster());
  }

  private static boolean ofOneMachine(Resource thing) {
    return switch (thing) {
      case Resource.File _, Resource.Running _, Resource.Settings _, Resource.Anything _ -> true;
      case Resource.InPostgres _,
          Resource.Key _,
          Resource.Service _,
          Resource.Member _,
          Resource.RegisteredAs _ ->
          false;
    };
  }

  private static Args nothing(Step.Task task) {
    return new Args(Value.Mapping.empty(task.arguments().at()));
  }
}
