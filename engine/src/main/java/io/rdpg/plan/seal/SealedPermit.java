package io.rdpg.plan.seal;

import io.rdpg.plan.diag.Code;
import io.rdpg.plan.diag.Failure;
import io.rdpg.plan.event.Event;
import io.rdpg.plan.run.Permit;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.world.Locks;
import io.rdpg.plan.world.Seen;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets pass what a sealed preview holds, as long as the step still sees what it saw then. Safe for
 * use by many threads.
 */
final class SealedPermit implements Permit {
  private final SealedPreview sealed;
  private final Sealing sealing;
  private final SealedTurns turns;

  SealedPermit(SealedPreview sealed, Sealing sealing, SealedTurns turns) {
    this.sealed = sealed;
    this.sealing = sealing;
    this.turns = turns;
  }

  /**
   * A step that is tried again asks again, and may get the same effects again: what justified them
   * is looked at anew each time.
   */
  @Override
  public void ask(Event.At at, List<Seen> seen, List<Effect> effects) {
    SealedPreview.Step step =
        sealed
            .step(at.node(), at.id())
            .orElseThrow(() -> drifted("the sealed preview says nothing about this step"));
    if (step.effects().isEmpty()) {
      throw drifted(
          step.status().equals("tentative")
              ? "the sealed preview could not tell what this step would do"
              : "the sealed preview found nothing to do here (" + step.status() + ")");
    }
    step.looks().forEach(look -> checkLook(look, seen));
    String where = at.where();
    List<String> left = new ArrayList<>(step.digests());
    for (Effect effect : effects) {
      if (!left.remove(sealing.effect(where, effect))) {
        throw drifted(
            "the sealed preview does not hold this effect: "
                + effect.kind()
                + " "
                + effect.target());
      }
    }
  }

  private void checkLook(SealedPreview.Saw then, List<Seen> seen) {
    Seen now =
        seen.stream()
            .filter(one -> sealing.question(one).equals(then.asks()))
            .findFirst()
            .orElseThrow(() -> drifted("it no longer looks at: " + then.look()));
    if (!sealing.answer(now.answer()).equals(then.digest())) {
      throw drifted(Drift.another(then, AnswerWords.of(now.answer())));
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
