package io.rdpg.plan.junit;

import com.fasterxml.jackson.databind.JsonNode;
import io.rdpg.plan.trial.ProgramResult;
import io.rdpg.plan.trial.StepPattern;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.opentest4j.AssertionFailedError;

/** The steps of a run that ended in some statuses, compared with those that a test names. */
record StepSet(String what, List<JsonNode> steps) {
  /** What contains steps changes nothing itself. */
  private static final Set<String> CONTAINERS = Set.of("include", "steps", "consul_lock");

  static StepSet of(String what, ProgramResult result, Set<String> statuses) {
    return new StepSet(
        what,
        result.events("step_finished").stream()
            .filter(step -> statuses.contains(step.path("status").asText()))
            .filter(step -> !CONTAINERS.contains(step.path("primitive").asText()))
            .toList());
  }

  /** They are these and no others, in any order. */
  void assertAre(String... named) {
    List<String> missing =
        Arrays.stream(named)
            .filter(name -> steps.stream().noneMatch(step -> is(name, step)))
            .toList();
    List<String> others =
        steps.stream()
            .filter(step -> Arrays.stream(named).noneMatch(name -> is(name, step)))
            .map(StepSet::shown)
            .toList();
    List<String> wrong = new ArrayList<>();
    if (!missing.isEmpty()) {
      wrong.add("not " + what + ": " + String.join(", ", missing));
    }
    if (!others.isEmpty()) {
      wrong.add("also " + what + ": " + String.join(", ", others));
    }
    if (!wrong.isEmpty()) {
      throw new AssertionFailedError(String.join("; ", wrong), List.of(named), names());
    }
  }

  /** Each as {@code NODE: ID}, in the order in which they ended. */
  List<String> names() {
    return steps.stream().map(StepSet::shown).toList();
  }

  private static String shown(JsonNode step) {
    return step.path("node").asText() + ": " + step.path("id").asText();
  }

  private static boolean is(String name, JsonNode step) {
    return StepPattern.matches(
        name,
        step.path("node").asText(),
        step.path("step").asText(),
        step.path("label").asText(),
        step.path("id").asText());
  }
}
