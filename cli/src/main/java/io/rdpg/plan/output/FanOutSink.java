package io.rdpg.plan.output;

import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.system.Mutex;
import java.util.List;

/** Gives each event to several sinks, in their order, one event at a time. */
public final class FanOutSink implements Event.Sink {
  private final Mutex lock = new Mutex();
  private final List<Event.Sink> sinks;

  public FanOutSink(List<Event.Sink> sinks) {
    this.sinks = List.copyOf(sinks);
  }

  @Override
  public void on(Event event) {
    try (var _ = lock.hold()) {
      sinks.forEach(sink -> sink.on(event));
    }
  }
}
