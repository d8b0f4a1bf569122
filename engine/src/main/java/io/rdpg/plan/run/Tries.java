package io.rdpg.plan.run;

import io.rdpg.plan.diag.Code;
import io.rdpg.plan.diag.Failure;
import io.rdpg.plan.event.Event;
import io.rdpg.plan.event.Status;
import io.rdpg.plan.model.Node;
import io.rdpg.plan.model.Step;
import io.rdpg.plan.scope.Touches;
import io.rdpg.plan.scope.UnknownValue;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.world.Cancellation;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Does a primitive's step on one node, as many times as its author says until it succeeds. */
record Tries(Course course, Node node, Gate gate, Telling telling, HeldLocks locks) {
  /** Faults after which trying again is no use. */
  private static final Set<Code> FINAL = Set.of(Code.INTERRUPTED, Code.LOCK_LOST, Code.DRIFTED);

  /**
   * Does the step and tells how it ended.
   *
   * @return what it registers
   * @throws StepFailed when it fails, which is told then
   * @throws OutOfSync when it is rehearsed and there is something to do
   * @throws UnknownValue when it is a preview and depends on what can't be known
   */
  Object of(Step.Task task, Place here, Event.At at) {
    Step.Head head = task.head();
    long start = System.nanoTime();
    Primitive<?> primitive = Objects.requireNonNull(course.primitives().get(task.primitive()));
    telling.started(at);
    for (int tries = 0; ; tries++) {
      try {
        Outcome outcome = attempt(task, primitive, here, at);
        // in a preview a wait lasts as long as others take to be walked, which says nothing
        telling.ended(at, outcome, gate instanceof Gate.Closed ? Duration.ZERO : since(start));
        return outcome.status() == Status.TENTATIVE
            ? new UnknownValue(List.of(at.id()))
            : outcome.registered();
      } catch (Failure failure) {
        boolean again =
            tries < head.retries()
                && gate instanceof Gate.Open
                && !FINAL.contains(failure.diagnostic().code());
        if (!again) {
          throw telling.failed(at, head, failure, since(start));
        }
        pause(head, here, at, failure, start);
      }
    }
  }

  private void pause(Step.Head head, Place here, Event.At at, Failure failure, long start) {
    Duration every = head.every() == null ? Duration.ofSeconds(1) : head.every();
    telling.waiting(at, "trying again: " + failure.diagnostic().message(), "", since(start), every);
    try {
      here.cancellation().pause(every);
    } catch (Failure cancelled) {
      throw telling.failed(at, head, cancelled, since(start));
    }
  }

  private <W> Outcome attempt(Step.Task task, Primitive<W> primitive, Place here, Event.At at) {
    try (Cancellation.Child own = here.cancellation().child()) {
      Attempt attempt =
          new Attempt(
              at.where(),
              at,
              touches(task.head(), here),
              gate,
              locks.innermost().orElse(null),
              own.cancellation(),
              course.clockwork(),
              waits(at),
              task.head().timeout(),
              task.head().every());
      return attempt.at(
          primitive,
          () ->
              course
                  .arguments()
                  .render(task.arguments(), primitive.signature(), here.vars(), here.plan()));
    }
  }

  /** Only previews need to know. */
  private Touches touches(Step.Head head, Place here) {
    return gate instanceof Gate.Closed
        ? Touches.asFarAsKnown(head.touches(), course.templates(), here.vars())
        : Touches.UNSAID;
  }

  private Attempt.Waits waits(Event.At at) {
    return new Attempt.Waits() {
      @Override
      public void on(String missing, Duration elapsed, Duration deadline) {
        telling.waiting(at, missing, note(), elapsed, deadline);
      }

      @Override
      public String note() {
        return course.board().noteFor(node);
      }
    };
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
