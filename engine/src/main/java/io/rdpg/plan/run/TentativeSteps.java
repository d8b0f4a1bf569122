package io.rdpg.plan.run;

import io.rdpg.plan.interpret.DeclaredChanges;
import io.rdpg.plan.interpret.NodeKnowledge;
import io.rdpg.plan.interpret.StepFrame;
import io.rdpg.plan.interpret.StepVisitor;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.template.UnknownValue;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.forecast.Forecast;
import io.rdpg.plan.step.Args;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.step.Resource;
import io.rdpg.plan.target.Account;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Visits steps of a preview of which it is unknown whether they run: reports each as tentative, and
 * everything that it may change as unknown from then on.
 *
 * @param registered is informed that their results are unknown
 * @param why they may or may not run
 */
record TentativeSteps(
    RunContext context,
    StepReporter reporter,
    Forecast forecast,
    Map<String, @Nullable Object> registered,
    UnknownValue why)
    implements StepVisitor<NodeKnowledge, Optional<Object>> {

  @Override
  public Optional<Object> come(
      StepFrame<NodeKnowledge> outside, Rest<NodeKnowledge, Optional<Object>> rest) {
    return rest.visit(this);
  }

  @Override
  public Optional<Object> skip(Step step, StepFrame<NodeKnowledge> frame) {
    reporter.skipped(step, frame);
    return Optional.of(why);
  }

  @Override
  public Optional<Object> perhaps(
      UnknownValue neither, Rest<NodeKnowledge, Optional<Object>> rest) {
    return rest.visit(this);
  }

  @Override
  public Optional<Object> anyItem(
      UnknownValue neither, Rest<NodeKnowledge, Optional<Object>> rest) {
    return rest.visit(this);
  }

  @Override
  public Optional<Object> anywhere(
      UnknownValue neither, Rest<NodeKnowledge, Optional<Object>> rest) {
    return rest.visit(this);
  }

  /** Where it is done after all, it fails; as long as that isn't known it may do anything. */
  @Override
  public Optional<Object> fail(Failure failure, Rest<NodeKnowledge, Optional<Object>> rest) {
    return rest.visit(this);
  }

  @Override
  public Optional<Object> turns(List<Optional<Object>> turns) {
    return UnknownValue.among(turns.stream().flatMap(Optional::stream).toList());
  }

  @Override
  public void register(Step.Head head, StepFrame<NodeKnowledge> frame, Optional<Object> result) {
    registered.put(head.register(), result.orElse(why));
  }

  @Override
  public Optional<Object> task(Step.Task task, StepFrame<NodeKnowledge> frame) {
    Event.At at = reporter.tentative(task, frame, why);
    Possible possible = possible(task, frame);
    for (String node : nodes(frame, at)) {
      forecast.addUncertain(
          new Forecast.Where(new Account(node, at.user()), at.node(), at.id(), at.called()),
          possible.touches(),
          possible.changes(),
          possible.stays());
    }
    return Optional.of(new UnknownValue(List.of(at.id())));
  }

  @Override
  public Optional<Object> block(
      Step.Block block,
      Inside<NodeKnowledge, Optional<Object>> steps,
      Inside<NodeKnowledge, Optional<Object>> onFailure) {
    steps.visit(inside(block, steps.frame()));
    return Optional.empty();
  }

  @Override
  public Optional<Object> include(
      Step.Include include,
      StepFrame<NodeKnowledge> frame,
      List<IncludedPlan<NodeKnowledge, Optional<Object>>> plans) {
    TentativeSteps inside = inside(include, frame);
    plans.forEach(plan -> plan.visit(inside));
    return Optional.empty();
  }

  @Override
  public Optional<Object> lock(
      Step.LockScope scope, Inside<NodeKnowledge, Optional<Object>> steps) {
    steps.visit(inside(scope, steps.frame()));
    return Optional.empty();
  }

  @Override
  public Optional<Object> release(Step.Release release, StepFrame<NodeKnowledge> frame) {
    reporter.tentative(release, frame, why);
    return Optional.empty();
  }

  /** Reports the step around; those inside depend on it. */
  private TentativeSteps inside(Step step, StepFrame<NodeKnowledge> frame) {
    Event.At at = reporter.tentative(step, frame, why);
    return new TentativeSteps(
        context, reporter, forecast, registered, new UnknownValue(List.of(at.id())));
  }

  /** Every node, where `on` can't be known. */
  private List<String> nodes(StepFrame<NodeKnowledge> frame, Event.At at) {
    return StepFrame.ANYWHERE.equals(frame.on())
        ? context.request().inventory().nodes().stream().map(Node::name).toList()
        : List.of(at.where());
  }

  /**
   * What a step may do.
   *
   * @param stays whether replication carries nothing of it
   */
  private record Possible(DeclaredChanges touches, Set<Resource> changes, boolean stays) {}

  private Possible possible(Step.Task task, StepFrame<NodeKnowledge> frame) {
    Primitive<?> primitive = Objects.requireNonNull(context.primitives().get(task.primitive()));
    NodeKnowledge known = frame.known();
    try {
      Args args =
          context
              .arguments()
              .knownWithFiles(task.arguments(), primitive.signature(), known.vars(), frame.plan());
      DeclaredChanges touches =
          DeclaredChanges.asFarAsKnown(task.head().touches(), context.templates(), known.vars());
      boolean whole = task.head().touches().isEmpty() || touches.said();
      return new Possible(
          touches,
          touches.narrow(primitive.mayTouch(args)),
          whole && primitive.replicatesNothing(args));
    } catch (UnknownValue | Failure notEvenThat) {
      return new Possible(DeclaredChanges.UNSAID, Set.of(new Resource.Anything()), false);
    }
  }
}
