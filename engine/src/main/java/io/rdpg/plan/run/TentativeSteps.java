package io.rdpg.plan.run;

import io.rdpg.plan.interpret.ConditionValue;
import io.rdpg.plan.interpret.DeclaredChanges;
import io.rdpg.plan.interpret.UnknownValue;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.Status;
import io.rdpg.plan.run.forecast.Forecast;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.step.Resource;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * What a preview can't know of a node's walk: steps that may or may not be done.
 *
 * @param forecast told what they may touch
 * @param register told of each what it registers
 */
record TentativeSteps(
    RunContext context,
    StepReporter reporter,
    Forecast forecast,
    BiConsumer<Step.Head, Object> register) {

  /** Tells of a step that may or may not be done, and so of all that is in it. */
  void tell(Step step, StepFrame here, Event.At at, UnknownValue unknown) {
    reporter.tentative(at, unknown);
    UnknownValue because = new UnknownValue(List.of(at.id()));
    register.accept(step.head(), because);
    if (step instanceof Step.Task task) {
      Set<Resource> things = mayTouch(task, here);
      for (String place : mayBeDoneAt(step.head(), here, at)) {
        forecast.doubt(new Forecast.Where(place, at.node(), at.id()), things);
      }
    }
    StepFrame inside = here.inside(step.head(), at);
    for (Step inner : step.nested()) {
      if (inside.chosen(inner, context.request().tags())) {
        tellInner(inner, inside, because);
      }
    }
  }

  private void tellInner(Step step, StepFrame inside, UnknownValue because) {
    StepFrame here = inside.with(inside.vars().inStep(step.head().vars()));
    Event.At at = reporter.at(step, here, null, null, here.on());
    try {
      if (!ConditionValue.holds(step.head().when(), context.templates(), here.vars())) {
        reporter.ended(at, Status.SKIPPED, "not when " + ConditionValue.words(step.head().when()));
        return;
      }
    } catch (UnknownValue | Failure notKnownEither) {
      // then it may be done
    }
    tell(step, here, at, because);
  }

  /** Every node, where `on` can't be known. */
  private List<String> mayBeDoneAt(Step.Head head, StepFrame here, Event.At at) {
    if (head.on() == null) {
      return List.of(at.where());
    }
    try {
      return List.of(context.target(head.on(), here.vars()));
    } catch (UnknownValue | Failure notKnown) {
      return context.request().inventory().nodes().stream().map(Node::name).toList();
    }
  }

  private Set<Resource> mayTouch(Step.Task task, StepFrame here) {
    Primitive<?> primitive = Objects.requireNonNull(context.primitives().get(task.primitive()));
    try {
      return DeclaredChanges.asFarAsKnown(task.head().touches(), context.templates(), here.vars())
          .narrow(
              primitive.mayTouch(
                  context
                      .arguments()
                      .known(task.arguments(), primitive.signature(), here.vars(), here.plan())));
    } catch (UnknownValue | Failure notEvenThat) {
      return Set.of(new Resource.Anything());
    }
  }
}
