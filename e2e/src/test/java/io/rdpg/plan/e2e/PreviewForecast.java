package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a preview says that the applies after it will do.
 *
 * @param steps how many steps it tells of
 * @param effects those of the steps that it is sure of
 * @param tentative the steps that it isn't sure of
 */
record PreviewForecast(int steps, List<StepEffect> effects, Set<String> tentative) {

  static PreviewForecast by(CommandResult preview) {
    List<StepEffect> effects = new ArrayList<>();
    Set<String> tentative = new HashSet<>();
    List<JsonNode> finished = preview.events("step_finished");
    for (JsonNode step : finished) {
      if (step.path("status").asText().equals("tentative")) {
        tentative.add(StepEffect.step(step));
      } else {
        effects.addAll(StepEffect.of(step));
      }
    }
    return new PreviewForecast(finished.size(), effects, tentative);
  }

  /** From 0 to 1: the part of the steps that it leaves open. */
  double openShare() {
    return (double) tentative.size() / steps;
  }

  /**
   * Held against all that was done after it, to the last effect and its diff. A plan that is
   * included at two places does at the first one, when a run was killed in between, what it would
   * have done at the second: the same step of that plan, with the same effect.
   */
  Outcome against(Performed performed) {
    List<StepEffect> unforeseen = new ArrayList<>(performed.effects());
    List<StepEffect> missing = new ArrayList<>();
    int exact = 0;
    for (StepEffect effect : effects) {
      if (unforeseen.remove(effect)) {
        exact++;
      } else {
        missing.add(effect);
      }
    }
    for (StepEffect effect : List.copyOf(missing)) {
      Optional<StepEffect> elsewhere =
          unforeseen.stream().filter(effect::isThatOfAnotherInclude).findFirst();
      if (elsewhere.isPresent()) {
        unforeseen.remove(elsewhere.get());
        missing.remove(effect);
        exact++;
      }
    }
    List<StepEffect> open =
        unforeseen.stream().filter(effect -> tentative.contains(effect.step())).toList();
    unforeseen.removeAll(open);
    List<StepEffect> untold =
        missing.stream().filter(effect -> performed.cutOff().contains(effect.step())).toList();
    missing.removeAll(untold);
    return new Outcome(exact, missing, unforeseen, untold, open);
  }

  /**
   * Holds previews against what came after each, and prints how right it was.
   *
   * @param forecasts by their stages, in their order
   * @param runs the one after each of them
   */
  static void assertAllWereRight(Map<String, PreviewForecast> forecasts, List<Performed> runs) {
    List<String> wrong = new ArrayList<>();
    int stage = 0;
    for (Map.Entry<String, PreviewForecast> forecast : forecasts.entrySet()) {
      Performed performed =
          runs.subList(stage++, runs.size()).stream().reduce(Performed::then).orElseThrow();
      Outcome outcome = forecast.getValue().against(performed);
      System.out.println(outcome.line(forecast.getKey(), forecast.getValue()));
      outcome.differences().forEach(each -> wrong.add(forecast.getKey() + ": " + each));
    }
    assertThat(wrong).isEmpty();
  }

  /**
   * How right it was.
   *
   * @param exact how many effects were forecast and performed alike
   * @param missing forecast, not performed
   * @param unforeseen performed, not forecast, by a step that the preview was sure of
   * @param untold forecast, and belonging to a step that was cut off: neither right nor wrong
   * @param open performed by a step that was tentative
   */
  record Outcome(
      int exact,
      List<StepEffect> missing,
      List<StepEffect> unforeseen,
      List<StepEffect> untold,
      List<StepEffect> open) {

    /** Each difference by name. */
    List<String> differences() {
      List<String> differences = new ArrayList<>();
      missing.forEach(effect -> differences.add("forecast, not performed: " + effect));
      unforeseen.forEach(effect -> differences.add("performed, not forecast: " + effect));
      return differences;
    }

    /** From 0 to 1: the part of what was forecast or performed that was both; 1 for nothing. */
    double rightShare() {
      int all = exact + missing.size() + unforeseen.size();
      return all == 0 ? 1 : (double) exact / all;
    }

    String line(String stage, PreviewForecast forecast) {
      return String.format(
          Locale.ROOT,
          "preview %s: %d effects forecast, %.1f %% of them exact (%d untold by a killed run);"
              + " %d of %d steps tentative, %.1f %%, with %d effects",
          stage,
          forecast.effects().size(),
          100 * rightShare(),
          untold.size(),
          forecast.tentative().size(),
          forecast.steps(),
          100 * forecast.openShare(),
          open.size());
    }
  }
}
