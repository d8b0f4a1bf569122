package io.rdpg.plan.run;

import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.PreviewListener;
import io.rdpg.plan.run.event.Status;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.target.ObservedRead;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What would have been told, until it is known whether it is to be. Used by one thread, but for
 * {@link #at}.
 */
final class EventBuffer implements Event.Sink, PreviewListener {
  private final List<BiConsumer<Event.Sink, PreviewListener>> told = new ArrayList<>();
  private boolean quiet = true;
  private volatile Event.@Nullable At at;

  @Override
  public void on(Event event) {
    if (event instanceof Event.StepStarted step) {
      at = step.at();
    }
    told.add((sink, _) -> sink.on(event));
  }

  @Override
  public void decided(Event.At at, Status status, List<ObservedRead> seen, List<Effect> effects) {
    quiet &= status == Status.OK || status == Status.SKIPPED;
    List<ObservedRead> looked = List.copyOf(seen);
    told.add((_, findings) -> findings.decided(at, status, looked, effects));
  }

  @Override
  public void granted(String lock, String node) {
    told.add((_, findings) -> findings.granted(lock, node));
  }

  /** The step that was begun last. */
  Optional<Event.At> at() {
    return Optional.ofNullable(at);
  }

  /** Whether no step had anything to do, might have, or failed. */
  boolean inSync() {
    return quiet;
  }

  void tell(Event.Sink sink, PreviewListener findings) {
    told.forEach(one -> one.accept(sink, findings));
  }
}
