package io.rdpg.plan.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * One effect of a step as its event tells it: forecast by a preview, performed by an apply.
 *
 * @param step node and id of the step, as {@link #step} writes them
 * @param diff as JSON
 */
record StepEffect(String step, String kind, String target, String summary, String diff) {

  /** A step on a node: {@code mc1: who leads/claim the lead}. */
  static String step(JsonNode event) {
    return event.path("node").asText() + ": " + event.path("id").asText();
  }

  /** The effects of a {@code step_finished}. */
  static List<StepEffect> of(JsonNode finished) {
    List<StepEffect> effects = new ArrayList<>();
    for (JsonNode effect : finished.path("effects")) {
      effects.add(
          new StepEffect(
              step(finished),
              effect.path("kind").asText(),
              effect.path("target").asText(),
              effect.path("summary").asText(),
              effect.path("diff").toString()));
    }
    return effects;
  }

  /** Whether the same step of the same plan, included elsewhere on this node, has this effect. */
  boolean isThatOfAnotherInclude(StepEffect other) {
    return equals(new StepEffect(step, other.kind, other.target, other.summary, other.diff))
        && inItsPlan().equals(other.inItsPlan());
  }

  /** Node and step, by the innermost plan: {@code mc1: peers.yml/pg_hba.conf}. */
  private String inItsPlan() {
    String node = step.substring(0, step.indexOf(": ") + 2);
    int plan = step.lastIndexOf(".yml/");
    return plan < 0 ? step : node + step.substring(step.lastIndexOf('/', plan) + 1);
  }

  /** Whether it belongs to a plan's own steps, not to the killing of a run. */
  static boolean ofThePlans(JsonNode event) {
    return !event.path("step").asText().equals(CrashPoint.STEP);
  }
}
