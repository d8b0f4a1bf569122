package io.rdpg.plan.interpret;

import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.template.UnknownValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Visits every step that a node may come to, whatever the conditions are that aren't known yet. */
abstract class EveryStep implements StepVisitor<NodeKnowledge, @Nullable Void> {

  /**
   * Walks a plan before any of it is done.
   *
   * @param outside what is known outside of it; results of steps are not
   */
  final void walk(Plan plan, Set<String> tags, NodeKnowledge outside) {
    Map<String, @Nullable Object> results = new LinkedHashMap<>();
    UnknownValue unknown = new UnknownValue(List.of());
    Step.all(plan.steps())
        .map(Step::head)
        .filter(head -> head.register() != null)
        .forEach(head -> results.put(head.register(), unknown));
    new StepWalk(tags).plan(plan, outside.withRegistered(results), this);
  }

  @Override
  public @Nullable Void come(
      StepFrame<NodeKnowledge> outside, Rest<NodeKnowledge, @Nullable Void> rest) {
    return rest.visit(this);
  }

  @Override
  public @Nullable Void skip(Step step, StepFrame<NodeKnowledge> frame) {
    return null;
  }

  @Override
  public @Nullable Void perhaps(UnknownValue why, Rest<NodeKnowledge, @Nullable Void> rest) {
    return rest.visit(this);
  }

  @Override
  public @Nullable Void anyItem(UnknownValue why, Rest<NodeKnowledge, @Nullable Void> rest) {
    return rest.visit(this);
  }

  @Override
  public @Nullable Void anywhere(UnknownValue why, Rest<NodeKnowledge, @Nullable Void> rest) {
    return rest.visit(this);
  }

  @Override
  public @Nullable Void fail(Failure failure, Rest<NodeKnowledge, @Nullable Void> rest) {
    return rest.visit(this);
  }

  @Override
  public @Nullable Void turns(List<@Nullable Void> turns) {
    return null;
  }

  @Override
  public void register(Step.Head head, StepFrame<NodeKnowledge> frame, @Nullable Void result) {}

  @Override
  public @Nullable Void block(
      Step.Block block,
      Inside<NodeKnowledge, @Nullable Void> steps,
      Inside<NodeKnowledge, @Nullable Void> onFailure) {
    steps.visit(this);
    onFailure.visit(this);
    return null;
  }

  @Override
  public @Nullable Void include(
      Step.Include include,
      StepFrame<NodeKnowledge> frame,
      List<IncludedPlan<NodeKnowledge, @Nullable Void>> plans) {
    for (IncludedPlan<NodeKnowledge, @Nullable Void> plan : plans) {
      plan.visit(this);
    }
    return null;
  }

  @Override
  public @Nullable Void lock(Step.LockScope scope, Inside<NodeKnowledge, @Nullable Void> steps) {
    steps.visit(this);
    return null;
  }

  @Override
  public @Nullable Void release(Step.Release release, StepFrame<NodeKnowledge> frame) {
    return null;
  }
}
