package io.rdpg.plan.output;

import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.RunOrigin;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the text of events fit for a terminal: values of nodes and of their servers are in it.
 * Names of nodes are, as inventories refuse others.
 */
final class VisibleEvent {
  private VisibleEvent() {}

  /** The same, with its text as {@link VisibleText} shows it. */
  static Event of(Event event) {
    return switch (event) {
      case Event.RunStarted run ->
          new Event.RunStarted(
              line(run.plan()),
              line(run.inventory()),
              run.nodes(),
              run.preview(),
              origin(run.origin()));
      case Event.StepStarted step -> new Event.StepStarted(at(step.at()));
      case Event.StepFinished step -> finished(step);
      case Event.Waiting wait ->
          new Event.Waiting(
              at(wait.at()), line(wait.what()), line(wait.note()), wait.elapsed(), wait.deadline());
      case Event.ServerSaid said ->
          new Event.ServerSaid(at(said.at()), line(said.severity()), line(said.message()));
      case Event.ReadingState reading ->
          new Event.ReadingState(
              reading.at().stream().map(VisibleEvent::at).toList(),
              reading.nodes(),
              reading.elapsed());
      case Event.LockAcquired lock ->
          new Event.LockAcquired(lock.node(), line(lock.key()), lock.session());
      case Event.LockReleased lock ->
          new Event.LockReleased(lock.node(), line(lock.key()), lock.session());
      case Event.LockLeft lock ->
          new Event.LockLeft(lock.node(), line(lock.key()), lock.session(), lock.freeWithin());
      case Event.LockLost lock -> new Event.LockLost(lock.node(), line(lock.key()), lock.session());
      case Event.DiagnosticReported reported ->
          new Event.DiagnosticReported(diagnostic(reported.diagnostic()));
      case Event.LoginsWaiting _, Event.NodeAsked _, Event.RunFinished _ -> event;
    };
  }

  private static Event.StepFinished finished(Event.StepFinished step) {
    return new Event.StepFinished(
        at(step.at()),
        step.status(),
        line(step.why()),
        step.effects().stream().map(VisibleEvent::effect).toList(),
        step.took(),
        step.error() == null ? null : diagnostic(step.error()),
        lines(step.because()),
        step.reads());
  }

  private static Event.At at(Event.At at) {
    return new Event.At(
        at.node(),
        line(at.plan()),
        line(at.step()),
        line(at.label()),
        line(at.id()),
        lineIfAny(at.item()),
        at.on(),
        lineIfAny(at.user()),
        at.line(),
        at.primitive(),
        at.waits(),
        at.depth());
  }

  private static Event.EffectReported effect(Event.EffectReported effect) {
    String diff = effect.diff();
    return new Event.EffectReported(
        effect.kind(),
        line(effect.target()),
        line(effect.summary()),
        diff == null ? null : VisibleText.lines(diff));
  }

  /** {@link DiagnosticText} shows the line that it quotes. */
  private static Diagnostic diagnostic(Diagnostic diagnostic) {
    return new Diagnostic(
        diagnostic.code(),
        VisibleText.lines(diagnostic.message()),
        diagnostic.at(),
        diagnostic.node(),
        lineIfAny(diagnostic.hint()));
  }

  private static RunOrigin origin(RunOrigin origin) {
    return new RunOrigin(
        origin.user(),
        origin.sudoUser(),
        origin.host(),
        origin.version(),
        origin.project(),
        origin.commit(),
        origin.chosen().stream()
            .map(chosen -> new RunOrigin.Chosen(line(chosen.file()), lines(chosen.others())))
            .toList());
  }

  private static List<String> lines(List<String> texts) {
    return texts.stream().map(VisibleText::line).toList();
  }

  private static @Nullable String lineIfAny(@Nullable String text) {
    return text == null ? null : line(text);
  }

  private static String line(String text) {
    return VisibleText.line(text);
  }
}
