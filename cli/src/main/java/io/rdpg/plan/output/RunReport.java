package io.rdpg.plan.output;

import io.rdpg.plan.run.event.Event;

/** Collects a run's events for a file that describes the whole run, for other programs. */
public interface RunReport extends Event.Sink {
  /** The file's content, of the events so far; made when the run has ended. */
  String content();
}
