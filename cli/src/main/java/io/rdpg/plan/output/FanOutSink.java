package io.rdpg.plan.output;

import io.rdpg.plan.run.event.Event;
import java.util.List;

/** Gives each event to several sinks, in their order. */
public record FanOutSink(List<Event.Sink> sinks) implements Event.Sink {
  public FanOutSink {
    sinks = List.copyOf(sinks);
  }

  @Override
  public void on(Event event) {
    sinks.forEach(sink -> sink.on(event));
  }
}
