package io.rdpg.plan.run.sealed;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.run.EffectApproval;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.target.Account;
import io.rdpg.plan.target.Locks;
import io.rdpg.plan.target.ObservedRead;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Approves exactly the effects of a sealed preview, as long as the step reads what it read then.
 * Safe for use by many threads.
 *
 * @param fit the nodes without drift; nothing may be done on others
 */
record SealedApproval(
    SealedPreview sealed, DocumentSeal sealing, Set<String> fit, SealedLockOrder turns)
    implements EffectApproval {
  @Override
  public boolean allows(String node) {
    return fit.contains(node);
  }

  /**
   * A step that is retried asks again, and may get the same effects: what they depend on is read
   * again each time.
   */
  @Override
  public void ask(Event.At at, List<ObservedRead> seen, List<Effect> effects) {
    SealedPreview.Step step =
        sealed
            .step(at.node(), at.id())
            .orElseThrow(() -> drifted("the sealed preview says nothing about this step"));
    if (step.effects().isEmpty()) {
      throw drifted(
          step.status().equals("tentative")
              ? "the sealed preview could not predict what this step would do"
              : "the sealed preview found nothing to do here (" + step.status() + ")");
    }
    step.reads().forEach(read -> checkLook(read, seen));
    Account where = at.account();
    List<String> left = new ArrayList<>(step.digests());
    for (Effect effect : effects) {
      if (!left.remove(sealing.effect(where, effect))) {
        throw drifted(
            "the sealed preview does not contain this effect: "
                + effect.kind().word()
                + " "
                + effect.target());
      }
    }
  }

  private void checkLook(SealedPreview.Saw then, List<ObservedRead> seen) {
    ObservedRead now =
        seen.stream()
            .filter(one -> sealing.question(one).equals(then.asks()))
            .findFirst()
            .orElseThrow(() -> drifted("it no longer reads: " + then.read()));
    if (!sealing.observation(now.observation()).equals(then.digest())) {
      throw drifted(Drift.another(then, ObservationText.of(now.observation())));
    }
  }

  private static Failure drifted(String what) {
    return Failure.of(
        Code.DRIFTED, what, "nothing was done by this step: " + Drift.HINT + " of what is left");
  }

  @Override
  public Locks turns(String node, Locks locks) {
    return turns.of(node, locks);
  }
}
