package io.rdpg.plan.junit;

import com.fasterxml.jackson.databind.JsonNode;
import io.rdpg.plan.trial.ProgramResult;
import java.util.ArrayList;
import java.util.List;

/** The effects of a run or a preview as lines that are equal when the effects are. */
final class EffectLines {
  private EffectLines() {}

  /** Sorted: nodes run at the same time. */
  static List<String> of(ProgramResult result, String status) {
    List<String> lines = new ArrayList<>();
    for (JsonNode step : result.events("step_finished")) {
      if (step.path("status").asText().equals(status)) {
        for (JsonNode effect : step.path("effects")) {
          lines.add(
              "%s: %s: %s %s, %s%s"
                  .formatted(
                      step.path("node").asText(),
                      step.path("id").asText(),
                      effect.path("kind").asText(),
                      effect.path("target").asText(),
                      effect.path("summary").asText(),
                      effect.path("diff").isNull() ? "" : "\n" + effect.path("diff").asText()));
        }
      }
    }
    return lines.stream().sorted().toList();
  }
}
