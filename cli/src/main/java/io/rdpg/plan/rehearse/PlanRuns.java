package io.rdpg.plan.rehearse;

import com.fasterxml.jackson.databind.JsonNode;
import io.rdpg.plan.trial.ProgramResult;
import io.rdpg.plan.trial.RunningProgram;
import io.rdpg.plan.trial.TrialLab;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Starts runs of one plan on a lab.
 *
 * @param arguments of {@code apply}: the plan, and what else each run is given
 */
record PlanRuns(TrialLab lab, List<String> arguments) {
  RunningProgram start(Map<String, String> environment, String... more) {
    List<String> words =
        Stream.of(Stream.of("apply"), arguments.stream(), Stream.of("-o", "json"), Stream.of(more))
            .flatMap(part -> part)
            .toList();
    return lab.runs().start(environment, words);
  }

  /** How a run failed, as the end of a sentence: its exit code, and its errors on each node. */
  static String failure(ProgramResult result) {
    StringBuilder errors = new StringBuilder();
    for (JsonNode step : result.events("step_finished")) {
      if (step.path("error").isObject()) {
        errors
            .append(", ")
            .append(step.path("node").asText())
            .append(": '")
            .append(step.path("id").asText())
            .append("': ")
            .append(step.path("error").path("message").asText());
      }
    }
    for (JsonNode diagnostic : result.events("diagnostic")) {
      errors.append(", ").append(diagnostic.path("message").asText());
    }
    if (errors.isEmpty()) {
      result.stderr().lines().findFirst().ifPresent(line -> errors.append(", ").append(line));
    }
    return "exit code " + result.exit() + errors;
  }
}
