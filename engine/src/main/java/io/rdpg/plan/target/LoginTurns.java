package io.rdpg.plan.target;

import java.time.Duration;

/**
 * Tells how the nodes of a run wait for their turns to log in. What a step or a wait may take
 * counts from the turn on: a queue is nobody's fault.
 */
public interface LoginTurns {
  /** No node ever waits for a turn. */
  LoginTurns NONE =
      new LoginTurns() {
        @Override
        public int waiting() {
          return 0;
        }

        @Override
        public Duration waited(String node) {
          return Duration.ZERO;
        }

        @Override
        public Duration waitedByAny() {
          return Duration.ZERO;
        }
      };

  /** How many nodes wait for a turn now. */
  int waiting();

  /** How long a node has waited for turns in all, a wait that still lasts included. */
  Duration waited(String node);

  /** How long at least one node has waited in all, a wait that still lasts included. */
  Duration waitedByAny();
}
