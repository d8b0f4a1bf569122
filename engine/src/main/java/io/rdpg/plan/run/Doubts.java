package io.rdpg.plan.run;

import io.rdpg.plan.diag.Failure;
import io.rdpg.plan.event.Event;
import io.rdpg.plan.event.Status;
import io.rdpg.plan.forecast.Forecast;
import io.rdpg.plan.model.Node;
import io.rdpg.plan.model.Step;
import io.rdpg.plan.scope.Decision;
import io.rdpg.plan.scope.Touches;
import io.rdpg.plan.scope.UnknownValue;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.step.Thing;
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
record Doubts(
    Course course, Telling telling, Forecast forecast, BiConsumer<Step.Head, Object> register) {

  /** Tells of a step that may or may not be done, and so of all that is in it. */
  void tell(Step step, Place here, Event.At at, UnknownValue unknown) {
    telling.tentative(at, unknown);
    UnknownValue because = new UnknownValue(List.of(at.id()));
    register.accept(step.head(), because);
    if (step instanceof Step.Task task) {
      Set<Thing> things = mayTouch(task, here);
      for (String place : mayBeDoneAt(step.head(), here, at)) {
        forecast.doubt(new Forecast.Where(place, at.node(), at.id()), things);
      }
    }
    Place inside = here.inside(step.head(), at);
    for (Step inner : step.nested()) {
      if (inside.chosen(inner, course.request().tags())) {
        tellInner(inner, inside, because);
      }
    }
  }

  private void tellInner(Step step, Place inside, UnknownValue because) {
    Place here = inside.with(inside.vars().inStep(step.head().vars()));
    Event.At at = telling.at(step, here, null, null, here.on());
    try {
      if (!Decision.holds(step.head().when(), course.templates(), here.vars())) {
        telling.ended(at, Status.SKIPPED, "not when " + Decision.words(step.head().when()));
        return;
      }
    } catch (UnknownValue | Failure notKnownEither) {
      // then it may be done
    }
    tell(step, here, at, because);
  }

  /** Every node, where `on` can't be known. */
  private List<String> mayBeDoneAt(Step.Head head, Place here, Event.At at) {
    if (head.on() == null) {
      return List.of(at.where());
    }
    try {
      return List.of(course.target(head.on(), here.vars()));
    } catch (UnknownValue | Failure notKnown) {
      return course.request().inventory().nodes().stream().map(Node::name).toList();
    }
  }

  private Set<Thing> mayTouch(Step.Task task, Place here) {
    Primitive<?> primitive = Objects.requireNonNull(course.primitives().get(task.primitive()));
    try {
      return Touches.asFarAsKnown(task.head().touches(), course.templates(), here.vars())
          .narrow(
              primitive.mayTouch(
                  course
                      .arguments()
                      .known(task.arguments(), primitive.signature(), here.vars(), here.plan())));
    } catch (UnknownValue | Failure notEvenThat) {
      return Set.of(new Thing.Anything());
    }
  }
}
