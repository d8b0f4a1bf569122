package io.rdpg.plan.run;

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
 * fails although it was not foretold to, which only a tentative one may: what other nodes do from
 * there on depends on it.
 *
 * @param lies what did not come true, in words
 * @param kept how many forecasts did
 */
record Honesty(List<String> lies, int kept) {

  /** Which step of which node. */
  private record Which(String node, String id) {
    static Which of(Event.StepFinished step) {
      return new Which(step.at().node(), step.at().id());
    }
  }

  /**
   * Compares them.
   *
   * @param asForeseen whether locks went round as the preview said; else nothing can be held
   *     against it
   */
  static Honesty of(Stage.Played preview, Stage.Played applied, boolean asForeseen) {
    Map<Which, Event.StepFinished> foretold = new LinkedHashMap<>();
    for (Event.StepFinished step : steps(preview)) {
      foretold.put(Which.of(step), step);
    }
    List<String> lies = new ArrayList<>();
    Set<Which> done = new HashSet<>();
    int kept = 0;
    boolean surprised = !asForeseen;
    for (Event.StepFinished step : surprised ? List.<Event.StepFinished>of() : steps(applied)) {
      Which which = Which.of(step);
      done.add(which);
      if (isTentative(which, foretold)) {
        surprised = step.status() == Status.FAILED;
        if (surprised) {
          break;
        }
        continue;
      }
      Event.StepFinished forecast = foretold.get(which);
      if (forecast == null) {
        lies.add("not foretold: " + show(step));
      } else if (agree(forecast, step)) {
        kept++;
      } else {
        lies.add("foretold: " + show(forecast) + "\n    but it is: " + show(step));
      }
    }
    if (!surprised) {
      foretold.forEach((which, forecast) -> {
        if (!done.contains(which) && !isTentative(which, foretold)) {
          lies.add("never came: " + show(forecast));
        }
      });
    }
    return new Honesty(lies, kept);
  }

  /** All but locks, which a preview takes for granted and an apply may not need. */
  private static List<Event.StepFinished> steps(Stage.Played played) {
    return played.finished().stream()
        .filter(
            step -> !step.at().primitive().equals("consul_lock") || step.status() == Status.FAILED)
        .toList();
  }

  private static boolean isTentative(Which which, Map<Which, Event.StepFinished> foretold) {
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
