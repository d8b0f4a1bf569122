package io.rdpg.plan.output;

import io.rdpg.plan.run.event.Event;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** Gives each event to several sinks, in their order, one event at a time. */
public final class FanOutSink implements Event.Sink {
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Event.Sink> sinks;

  public FanOutSink(List<Event.Sink> sinks) {
    this.sinks = List.copyOf(sinks);
  }

  @Override
  public void on(Event event) {
    lock.lock();
    try {
      sinks.forEach(sink -> sink.on(event));
    } finally {
      lock.unlock();
    }
  }
}
