package io.rdpg.plan.run;

import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.Status;
import io.rdpg.plan.testing.RunFixture;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What a preview foretold beside what an apply then did.
 *
 * <p>Everything that isn't tentative has to come true to the letter, up to the first step that
 * fails although it was not foretold to, which only a tentative one may: what all nodes do from
 * there on depends on it.
 *
 * @param lies what did not come true, in words
 * @param kept how many forecasts did
 */
record PreviewComparison(List<String> lies, int kept) {
  /** Nothing can be held against a preview whose plan goes another way by chance. */
  static final PreviewComparison UNTOLD = new PreviewComparison(List.of(), 0);

  /**
   * A run.
   *
   * @param ledger what it found, or was permitted
   */
  record Run(RunFixture.Played played, EffectLog ledger) {

    /** All but locks, which an apply need not take. */
    private List<Event.StepFinished> steps() {
      return played.finished().stream()
          .filter(step ->
              !step.at().primitive().equals("consul_lock") || step.status() == Status.FAILED)
          .toList();
    }
  }

  static PreviewComparison of(Run preview, Run applied) {
    Map<EffectLog.Which, Event.StepFinished> foretold = new LinkedHashMap<>();
    for (Event.StepFinished step : preview.steps()) {
      foretold.put(EffectLog.Which.of(step.at()), step);
    }
    List<String> lies = new ArrayList<>();
    Set<EffectLog.Which> done = new HashSet<>();
    int kept = 0;
    for (Event.StepFinished step : applied.steps()) {
      EffectLog.Which which = EffectLog.Which.of(step.at());
      done.add(which);
      Event.StepFinished forecast = foretold.get(which);
      if (isTentative(which, foretold)) {
        if (step.status() == Status.FAILED) {
          return new PreviewComparison(lies, kept);
        }
      } else if (forecast == null) {
        lies.add("not foretold: " + show(step));
      } else if (!agree(forecast, step)) {
        lies.add("foretold: " + show(forecast) + "\n    but it is: " + show(step));
      } else if (step.status() == Status.CHANGED
          && !preview.ledger().of(which).isKeptBy(applied.ledger().of(which))) {
        lies.add(
            "foretold: "
                + preview.ledger().of(which)
                + "\n    but it is: "
                + applied.ledger().of(which));
      } else {
        kept++;
      }
    }
    foretold.forEach((which, forecast) -> {
      if (!done.contains(which) && !isTentative(which, foretold)) {
        lies.add("never came: " + show(forecast));
      }
    });
    return new PreviewComparison(lies, kept);
  }

  private static boolean isTentative(
      EffectLog.Which which, Map<EffectLog.Which, Event.StepFinished> foretold) {
    return foretold.entrySet().stream()
        .filter(one -> one.getValue().status() == Status.TENTATIVE)
        .map(Map.Entry::getKey)
        .anyMatch(one ->
            one.node().equals(which.node())
                && (one.id().equals(which.id())
                    || which.id().startsWith(one.id() + "/")
                    || which.id().startsWith(one.id() + "[")));
  }

  private static boolean agree(Event.StepFinished forecast, Event.StepFinished step) {
    Status expected =
        switch (forecast.status()) {
          case WOULD_CHANGE -> Status.CHANGED;
          case OK, SKIPPED, FAILED, CHANGED, TENTATIVE -> forecast.status();
        };
    return step.status() == expected
        && Objects.equals(step.at().on(), forecast.at().on())
        && step.effects().equals(forecast.effects());
  }

  private static String show(Event.StepFinished step) {
    return "%s %s: %s (%s) %s"
        .formatted(step.at().node(), step.at().id(), step.status(), step.why(), step.effects());
  }
}
