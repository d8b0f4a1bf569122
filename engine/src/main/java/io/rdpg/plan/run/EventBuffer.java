package io.rdpg.plan.run;

import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.InternalEvent;
import io.rdpg.plan.run.event.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Holds events back until it is known whether they happen. Used by one thread, but for {@link #at}.
 */
final class EventBuffer implements InternalEvent.Sink {
  private final List<InternalEvent> events = new ArrayList<>();
  private boolean inSync = true;
  private volatile Event.@Nullable At at;

  @Override
  public void on(InternalEvent event) {
    if (event instanceof Event.StepStarted step) {
      at = step.at();
    } else if (event instanceof InternalEvent.StepEnded step) {
      Status status = step.result().status();
      inSync &= status == Status.OK || status == Status.SKIPPED;
    }
    events.add(event);
  }

  /** The step that was started last. */
  Optional<Event.At> at() {
    return Optional.ofNullable(at);
  }

  /** Whether no step had anything to do, might have, or failed. */
  boolean inSync() {
    return inSync;
  }

  void passTo(InternalEvent.Sink sink) {
    events.forEach(sink::on);
  }
}
