package io.rdpg.plan.report;

import io.rdpg.plan.event.Event;
import java.util.List;

/** Gives each event to several sinks, in their order. */
public record Tee(List<Event.Sink> sinks) implements Event.Sink {
  public Tee {
    sinks = List.copyOf(sinks);
  }

  @Override
  public void on(Event event) {
    sinks.forEach(sink -> sink.on(event));
  }
}
