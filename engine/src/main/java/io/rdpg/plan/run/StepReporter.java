package io.rdpg.plan.run;

import io.rdpg.plan.interpret.NodeKnowledge;
import io.rdpg.plan.interpret.StepFrame;
import io.rdpg.plan.interpret.Variables;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Keys;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.language.template.UnknownValue;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.InternalEvent;
import io.rdpg.plan.run.event.ReadTiming;
import io.rdpg.plan.run.event.Status;
import io.rdpg.plan.run.event.StepResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reports the results of a node runner's steps. */
record StepReporter(String node, RunContext context, InternalEvent.Sink sink) {
  /** An item is shown beside the step's own name, in one line. */
  private static final int LONGEST_ITEM = 60;

  private static final int LONGEST_LABEL = 160;

  /** Which step, where. */
  Event.At at(Step step, StepFrame<NodeKnowledge> frame) {
    Step.Head head = step.head();
    StepFrame.Turn turn = frame.turn();
    String on = frame.on();
    String elsewhere = on == null || on.equals(StepFrame.ANYWHERE) || on.equals(node) ? null : on;
    return new Event.At(
        node,
        frame.plan().fileName(),
        head.name(),
        label(head, frame.known().vars()),
        frame.id(step),
        turn == null ? null : word(turn.item()),
        elsewhere,
        step instanceof Step.Task ? user(elsewhere == null ? node : elsewhere, frame) : null,
        head.at().line(),
        kind(step),
        waits(step),
        frame.depth());
  }

  private @Nullable String user(String where, StepFrame<NodeKnowledge> frame) {
    try {
      return context.facts().user(where, frame.becoming());
    } catch (UnknownValue | Failure toBeToldAtItsTurn) {
      return null;
    }
  }

  private String label(Step.Head head, Variables vars) {
    try {
      String rendered = context.templates().render(head.name(), vars, head.at()).toString();
      return shortened(context.secrets().redact(rendered), LONGEST_LABEL);
    } catch (UnknownValue | Failure notYet) {
      return head.name();
    }
  }

  /** An item as a word, its name if it has one, without secrets. */
  private String word(@Nullable Object item) {
    if (!(item instanceof Map<?, ?> map)) {
      return shortened(shown(item), LONGEST_ITEM);
    }
    Object name = map.get("name");
    String whole = shown(name == null ? map : name);
    return name == null && whole.length() > LONGEST_ITEM
        ? map.values().stream()
            .filter(value -> value != null && !(value instanceof Map) && !(value instanceof List))
            .findFirst()
            .map(scalar -> shortened(shown(scalar), LONGEST_ITEM))
            .orElseGet(() -> shortened(whole, LONGEST_ITEM))
        : shortened(whole, LONGEST_ITEM);
  }

  /** In one line, without secrets. */
  private String shown(@Nullable Object item) {
    return context
        .secrets()
        .redact(Text.marked(String.valueOf(item)).toString())
        .strip()
        .replaceAll("\\s+", " ");
  }

  private static String shortened(String words, int longest) {
    return words.length() <= longest ? words : words.substring(0, longest - 3) + Event.At.CUT;
  }

  private boolean waits(Step step) {
    Signature signature = context.signatures().get(kind(step));
    return signature != null && signature.argument(Signature.Role.DEADLINE).isPresent();
  }

  private static String kind(Step step) {
    return switch (step) {
      case Step.Task task -> task.primitive();
      case Step.Block _ -> "steps";
      case Step.Include _ -> "include";
      case Step.LockScope _, Step.Release _ -> Keys.LOCK;
    };
  }

  void started(Event.At at) {
    sink.on(new Event.StepStarted(at));
  }

  void waiting(Event.At at, String what, String note, Duration elapsed, Duration deadline) {
    sink.on(new Event.Waiting(at, context.secrets().redact(what), note, elapsed, deadline));
  }

  void said(Event.At at, String severity, String message) {
    sink.on(new Event.ServerSaid(at, severity, context.secrets().redact(message)));
  }

  void ended(Event.At at, StepResult outcome, Duration took, ReadTiming reads) {
    sink.on(new InternalEvent.StepEnded(at, outcome, took, null, reads, context.secrets()::redact));
  }

  /** A step that took no time. */
  void ended(Event.At at, Status status, String why) {
    ended(at, status, why, Duration.ZERO);
  }

  void ended(Event.At at, Status status, String why, Duration took) {
    ended(at, StepResult.plain(status, why), took, ReadTiming.NOTHING);
  }

  /** A step whose condition doesn't hold. */
  void skipped(Step step, StepFrame<NodeKnowledge> frame) {
    String why = "not when " + context.templates().condition(step.head().when()).text();
    ended(at(step, frame), Status.SKIPPED, why);
  }

  /** A step that may or may not be done; which it was. */
  Event.At tentative(Step step, StepFrame<NodeKnowledge> frame, UnknownValue unknown) {
    Event.At at = at(step, frame);
    String why = String.valueOf(unknown.getMessage());
    StepResult result = StepResult.plain(Status.TENTATIVE, why, unknown.because());
    ended(at, result, Duration.ZERO, ReadTiming.NOTHING);
    return at;
  }

  /**
   * Reports the failure, at the step unless it has a position of its own; the exception to throw.
   */
  StepFailed failed(Event.At at, Step.Head head, Failure failure, Duration took) {
    return failed(at, head, failure, took, ReadTiming.NOTHING);
  }

  /** The same of a step that may have read something. */
  StepFailed failed(Event.At at, Step.Head head, Failure failure, Duration took, ReadTiming reads) {
    Diagnostic diagnostic =
        context.secrets().redact(atRunTime(failure.diagnostic())).orOn(at.where()).orAt(head.at());
    StepResult result = StepResult.plain(Status.FAILED, diagnostic.message());
    sink.on(
        new InternalEvent.StepEnded(
            at, result, took, diagnostic, reads, context.secrets()::redact));
    return new StepFailed(diagnostic);
  }

  /** Reports what keeps the node from its first step; the exception to throw. */
  StepFailed failed(Diagnostic diagnostic) {
    sink.on(new Event.DiagnosticReported(diagnostic));
    return new StepFailed(diagnostic);
  }

  /**
   * What is only found to be not understood while the plan runs, such as a condition that is
   * neither true nor false: the codes for that promise that nothing was contacted.
   */
  private static Diagnostic atRunTime(Diagnostic diagnostic) {
    return diagnostic.code().exit() == ExitCode.NOT_UNDERSTOOD
        ? new Diagnostic(
            Code.BAD_ARGUMENT_VALUE,
            diagnostic.message(),
            diagnostic.at(),
            diagnostic.node(),
            diagnostic.hint())
        : diagnostic;
  }
}
