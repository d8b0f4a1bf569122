package io.rdpg.plan.run;

import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.target.Locks;
import io.rdpg.plan.target.ObservedRead;
import java.util.List;

/** Asked before effects are performed, whether they may be. Safe for use by many threads. */
public interface EffectApproval {
  /** What an ordinary apply has. */
  EffectApproval EVERYTHING =
      new EffectApproval() {
        @Override
        public boolean allows(String node) {
          return true;
        }

        @Override
        public void ask(Event.At at, List<ObservedRead> seen, List<Effect> effects) {}

        @Override
        public Locks turns(String node, Locks locks) {
          return locks;
        }
      };

  /** Whether anything may be done on a node. One where nothing may counts as failed at once. */
  boolean allows(String node);

  /**
   * Approves a step's effects, or ends the step.
   *
   * @param seen every read of the step with the observations that led to these effects
   * @throws io.rdpg.plan.language.diagnostic.Failure when they may not be performed
   */
  void ask(Event.At at, List<ObservedRead> seen, List<Effect> effects);

  /** The same locks, given to this node only when it is its turn. */
  Locks turns(String node, Locks locks);
}
