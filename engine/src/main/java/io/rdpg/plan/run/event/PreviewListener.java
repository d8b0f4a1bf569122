package io.rdpg.plan.run.event;

import io.rdpg.plan.step.Effect;
import io.rdpg.plan.target.ObservedRead;
import java.util.List;

/**
 * Told what a preview finds, complete, with the secrets that events hide. Used by one thread at a
 * time.
 */
public interface PreviewListener {
  PreviewListener IGNORED =
      new PreviewListener() {
        @Override
        public void decided(
            Event.At at, Status status, List<ObservedRead> seen, List<Effect> effects) {}

        @Override
        public void granted(String lock, String node) {}
      };

  /**
   * A step's end.
   *
   * @param at which step; its effects are done at {@code at.on()} when that is given, else at
   *     {@code at.node()}
   * @param seen what the step looked at and the world itself answered; what the forecast answered
   *     is left out
   * @param effects what would be performed, in this order; empty when nothing or nothing certain
   */
  void decided(Event.At at, Status status, List<ObservedRead> seen, List<Effect> effects);

  /** A lock would be taken by a node's walk; told in the order in which it goes round. */
  void granted(String lock, String node);
}
