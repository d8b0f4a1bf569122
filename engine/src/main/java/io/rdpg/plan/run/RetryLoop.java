package io.rdpg.plan.run;

import io.rdpg.plan.interpret.DeclaredChanges;
import io.rdpg.plan.interpret.NodeKnowledge;
import io.rdpg.plan.interpret.StepFrame;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.template.UnknownValue;
import io.rdpg.plan.run.ahead.EarlyReads;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.Status;
import io.rdpg.plan.run.event.StepResult;
import io.rdpg.plan.step.Args;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.target.Account;
import io.rdpg.plan.target.Cancellation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/** Does a primitive's step on one node, as many times as its author says until it succeeds. */
record RetryLoop(
    RunContext context,
    Node node,
    EffectGate gate,
    StepReporter reporter,
    HeldLocks locks,
    EarlyReads early,
    Cancellation cancellation) {
  /** Errors after which trying again is useless. */
  private static final Set<Code> FINAL =
      Set.of(Code.INTERRUPTED, Code.LOCK_LOST, Code.DRIFTED, Code.PEER_FAILED, Code.BECOME_REFUSED);

  /**
   * Runs the step and reports its result.
   *
   * @return what it registers
   * @throws StepFailed when it fails, which is reported then
   * @throws OutOfSync in a rehearsal, when there is something to do
   * @throws UnknownValue when it is a preview and depends on what can't be known
   */
  Object of(Step.Task task, StepFrame<NodeKnowledge> frame, Event.At at) {
    Step.Head head = task.head();
    long start = System.nanoTime();
    Primitive<?> primitive = Objects.requireNonNull(context.primitives().get(task.primitive()));
    reporter.started(at);
    for (int tries = 0; ; tries++) {
      try {
        StepResult outcome = attempt(task, primitive, frame, at);
        context.board().ended(node, at.id());
        // in a preview a wait lasts as long as other nodes run, which means nothing
        reporter.ended(
            at,
            outcome,
            gate instanceof EffectGate.Closed ? Duration.ZERO : since(start),
            early.timing());
        return outcome.status() == Status.TENTATIVE
            ? new UnknownValue(List.of(at.id()))
            : outcome.registered();
      } catch (Failure failure) {
        boolean again =
            tries < head.retries()
                && gate instanceof EffectGate.Open
                && !(failure instanceof OutageLasted)
                && !FINAL.contains(failure.diagnostic().code());
        if (!again) {
          throw reporter.failed(at, head, failure, since(start), early.timing());
        }
        pause(head, at, failure, start);
      }
    }
  }

  private void pause(Step.Head head, Event.At at, Failure failure, long start) {
    Duration every = head.every() == null ? Duration.ofSeconds(1) : head.every();
    reporter.waiting(
        at, "trying again: " + failure.diagnostic().message(), "", since(start), every);
    try {
      cancellation.pause(every);
    } catch (Failure cancelled) {
      throw reporter.failed(at, head, cancelled, since(start), early.timing());
    }
  }

  private <W> StepResult attempt(
      Step.Task task, Primitive<W> primitive, StepFrame<NodeKnowledge> frame, Event.At at) {
    StepAttempt.Waits waits = waits(at);
    try (Cancellation.Child own = cancellation.child()) {
      StepAttempt attempt =
          new StepAttempt(
              new Account(at.where(), context.facts().user(at.where(), frame.becoming())),
              at,
              touches(task.head(), frame),
              gate,
              locks.innermost().orElse(null),
              early,
              own.cancellation(),
              context.deadlines(),
              context.contacts(),
              new Outage(at.where(), context.contacts(), waits, own.cancellation()),
              (severity, message) -> reporter.said(at, severity, message),
              waits,
              task.head().timeout(),
              task.head().every());
      return attempt.at(primitive, () -> arguments(task, primitive.signature(), frame));
    }
  }

  private Args arguments(Step.Task task, Signature signature, StepFrame<NodeKnowledge> frame) {
    Args rendered =
        context.arguments().render(task.arguments(), signature, frame.known().vars(), frame.plan());
    context.secrets().remember(rendered.all());
    return rendered;
  }

  /** Only previews need to know. */
  private DeclaredChanges touches(Step.Head head, StepFrame<NodeKnowledge> frame) {
    return gate instanceof EffectGate.Closed
        ? DeclaredChanges.asFarAsKnown(head.touches(), context.templates(), frame.known().vars())
        : DeclaredChanges.UNSAID;
  }

  private StepAttempt.Waits waits(Event.At at) {
    return new StepAttempt.Waits() {
      @Override
      public void on(String missing, Duration elapsed, Duration deadline) {
        reporter.waiting(at, missing, note(), elapsed, deadline);
      }

      @Override
      public String note() {
        return context.board().noteFor(node);
      }

      @Override
      public Map<String, String> failed() {
        return context.board().failed();
      }

      @Override
      public void lacks(Object awaited) {
        context.board().waits(node, awaited);
      }

      @Override
      public void over() {
        context.board().goesOn(node);
      }

      @Override
      public List<String> failedToPut(Object awaited, Predicate<Effect.PutKey> enough) {
        return context.board().failedToPut(node, awaited, enough);
      }
    };
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
