package io.rdpg.plan.run;

import io.rdpg.plan.run.forecast.PreviewContext;
import io.rdpg.plan.target.StateReader;
import io.rdpg.plan.target.Target;

/** Decides whether effects are performed. Only an open gate has a target that can act. */
sealed interface EffectGate {

  /** Effects are performed, if approved. */
  record Open(Target target, EffectApproval approval) implements EffectGate {}

  /** A rehearsal, to find out whether there is anything to do: it ends at the first difference. */
  record Rehearsal(StateReader reader) implements EffectGate {}

  /**
   * A preview: predicted effects are visible to later steps.
   *
   * @param rehearsal ends at the first difference
   */
  record Closed(PreviewContext outlook, boolean rehearsal) implements EffectGate {}
}
