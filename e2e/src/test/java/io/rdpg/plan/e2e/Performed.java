package io.rdpg.plan.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What applies did, as their events tell it.
 *
 * @param effects in the order in which their steps ended
 * @param cutOff steps that had begun and not ended when their run was killed: what they did, they
 *     could not tell any more
 */
record Performed(List<StepEffect> effects, Set<String> cutOff) {

  /** All that one apply told. */
  static Performed by(List<JsonNode> events) {
    List<StepEffect> effects = new ArrayList<>();
    Set<String> cutOff = new HashSet<>();
    events.stream()
        .filter(StepEffect::ofThePlans)
        .forEach(event -> {
          switch (event.path("event").asText()) {
            case "step_started" -> cutOff.add(StepEffect.step(event));
            case "step_finished" -> {
              cutOff.remove(StepEffect.step(event));
              effects.addAll(StepEffect.of(event));
            }
            default -> {}
          }
        });
    return new Performed(effects, cutOff);
  }

  /** This, and what was done after it. */
  Performed then(Performed later) {
    List<StepEffect> all = new ArrayList<>(effects);
    all.addAll(later.effects);
    Set<String> steps = new HashSet<>(cutOff);
    steps.addAll(later.cutOff);
    return new Performed(all, steps);
  }
}
