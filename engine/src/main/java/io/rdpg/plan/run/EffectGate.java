package io.rdpg.plan.run;

import io.rdpg.plan.run.forecast.PreviewContext;
import io.rdpg.plan.target.StateReader;
import io.rdpg.plan.target.Target;

/** The one place where effects pass or stop. Only an open gate has a world that can act. */
sealed interface EffectGate {

  /** Effects are performed, as far as they are permitted. */
  record Open(Target target, EffectApproval approval) implements EffectGate {}

  /** Walked to see whether there is anything to do at all: the first difference ends the walk. */
  record Rehearsal(StateReader reader) implements EffectGate {}

  /**
   * A preview: effects are laid over what later steps see.
   *
   * @param rehearsal ends at the first difference
   */
  record Closed(PreviewContext outlook, boolean rehearsal) implements EffectGate {}
}
