package io.rdpg.plan.run.sealed;

import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Step;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The positions of the steps of a plan and its includes. */
final class StepLocations {
  private final Map<Key, Span> places = new HashMap<>();

  private record Key(String plan, int line, String step) {}

  StepLocations(Plan plan) {
    gather(plan);
  }

  private void gather(Plan plan) {
    gather(plan, plan.steps());
  }

  private void gather(Plan plan, List<Step> steps) {
    for (Step step : steps) {
      Span at = step.head().at();
      places.put(new Key(plan.fileName(), at.line(), step.head().name()), at);
      if (step instanceof Step.Include include) {
        include.plans().values().forEach(this::gather);
      } else {
        gather(plan, step.nested());
      }
    }
  }

  Span of(SealedPreview.Step step) {
    return places.getOrDefault(
        new Key(step.plan(), step.line(), step.step()), new Span(step.plan(), step.line(), 1, ""));
  }
}
