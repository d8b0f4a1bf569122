package io.rdpg.plan.run.event;

import io.rdpg.plan.language.diagnostic.Diagnostic;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What happens in a run with all that the engine knows of it, secrets too; what leaves the engine
 * is the {@link Event} that derives from it.
 */
public sealed interface InternalEvent
    permits Event, InternalEvent.StepEnded, InternalEvent.LockGranted {

  /** What may be shown of it, without secrets; empty where there is nothing to show. */
  Optional<Event> published();

  /**
   * A step has ended.
   *
   * @param at which step; its effects are done at {@link Event.At#where}
   * @param error why it failed; null unless it did
   * @param reads when it was asked what decided it
   * @param redacted hides the secrets that the run was given in words: what was read from a server
   *     may repeat them
   */
  record StepEnded(
      Event.At at,
      StepResult result,
      Duration took,
      @Nullable Diagnostic error,
      ReadTiming reads,
      UnaryOperator<String> redacted)
      implements InternalEvent {
    @Override
    public Optional<Event> published() {
      return Optional.of(
          new Event.StepFinished(
              at,
              result.status(),
              result.why(redacted),
              result.reported(redacted),
              took,
              error,
              result.because(),
              reads));
    }
  }

  /** A lock would be taken by a node in a preview; in the order in which it goes round. */
  record LockGranted(String lock, String node) implements InternalEvent {
    @Override
    public Optional<Event> published() {
      return Optional.empty();
    }
  }

  /** Where internal events go. Implementations are safe for use by many threads. */
  interface Sink {
    void on(InternalEvent event);

    /** Passes on what may be shown. */
    static Sink publishing(Event.Sink sink) {
      return event -> event.published().ifPresent(sink::on);
    }
  }
}
