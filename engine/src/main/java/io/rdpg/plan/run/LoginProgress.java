package io.rdpg.plan.run;

import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.InternalEvent;
import io.rdpg.plan.target.LoginTurns;

/** Reports how many nodes wait for their turn to log in, as long as any does. */
final class LoginProgress {
  private final LoginTurns logins;
  private final int nodes;
  private final InternalEvent.Sink sink;
  private int reported;

  /**
   * @param nodes how many the run has
   */
  LoginProgress(LoginTurns logins, int nodes, InternalEvent.Sink sink) {
    this.logins = logins;
    this.nodes = nodes;
    this.sink = sink;
  }

  /** Reports once more, the last time that none waits any longer. Called by one thread. */
  void report() {
    int waiting = logins.waiting();
    if (waiting > 0 || reported > 0) {
      sink.on(new Event.LoginsWaiting(waiting, nodes));
    }
    reported = waiting;
  }
}
