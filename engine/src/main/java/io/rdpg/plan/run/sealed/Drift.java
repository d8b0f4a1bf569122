package io.rdpg.plan.run.sealed;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Describes what has changed since a preview was sealed. */
record Drift(StepLocations places) {
  static final String HINT = "make a new preview";

  /**
   * What keeps a node's sealed effects from being performed; empty when all of it still fits.
   *
   * @param sealed its steps in the sealed preview
   * @param now its steps in a preview of now
   */
  List<Diagnostic> between(
      String node, List<SealedPreview.Step> sealed, List<SealedPreview.Step> now) {
    Map<String, SealedPreview.Step> before = byId(sealed);
    Map<String, SealedPreview.Step> after = byId(now);
    List<Diagnostic> drift = new ArrayList<>();
    for (SealedPreview.Step step : sealed) {
      differences(step, after.get(step.id()))
          .forEach(what -> drift.add(diagnostic(node, step, what)));
    }
    for (SealedPreview.Step step : now) {
      if (!before.containsKey(step.id()) && !step.effects().isEmpty()) {
        drift.add(
            diagnostic(
                node, step, "the sealed preview has no such step, and now it " + doing(step)));
      }
    }
    return drift;
  }

  private static Map<String, SealedPreview.Step> byId(List<SealedPreview.Step> steps) {
    Map<String, SealedPreview.Step> byId = new LinkedHashMap<>();
    steps.forEach(step -> byId.put(step.id(), step));
    return byId;
  }

  private static List<String> differences(
      SealedPreview.Step then, SealedPreview.@Nullable Step now) {
    if (now == null) {
      return then.effects().isEmpty()
          ? List.of()
          : List.of("it no longer runs, and was to " + infinitive(then));
    }
    boolean sameEffects = then.digests().equals(now.digests());
    if (sameEffects && then.effects().isEmpty()) {
      return List.of();
    }
    List<String> seen = seenOtherwise(then, now);
    return sameEffects || !seen.isEmpty() ? seen : List.of(doneOtherwise(then, now));
  }

  private static List<String> seenOtherwise(SealedPreview.Step then, SealedPreview.Step now) {
    List<String> seen = new ArrayList<>();
    for (SealedPreview.Saw before : then.reads()) {
      now.reads().stream()
          .filter(after -> after.asks().equals(before.asks()))
          .filter(after -> !after.digest().equals(before.digest()))
          .findFirst()
          .ifPresent(after -> seen.add(another(before, after.gave())));
    }
    return seen;
  }

  /**
   * A read with another observation.
   *
   * @param now its observation, as text
   */
  static String another(SealedPreview.Saw then, String now) {
    return then.gave().equals(now)
        ? then.read() + " has changed since it was previewed, though still " + now
        : then.read() + " was " + then.gave() + " when it was previewed, and is " + now + " now";
  }

  private static String doneOtherwise(SealedPreview.Step then, SealedPreview.Step now) {
    if (then.effects().isEmpty()) {
      return "there was nothing to do when it was previewed, and now it " + doing(now);
    }
    if (now.effects().isEmpty()) {
      return "it was to " + infinitive(then) + ", and now is " + now.status();
    }
    return infinitive(then).equals(infinitive(now))
        ? "it would " + infinitive(now) + ", but with other content than was previewed"
        : "it was to " + infinitive(then) + ", and now it " + doing(now);
  }

  private static String doing(SealedPreview.Step step) {
    return "would " + infinitive(step);
  }

  private static String infinitive(SealedPreview.Step step) {
    return step.effects().stream()
        .map(SealedPreview.Deed::summary)
        .collect(Collectors.joining(" and "));
  }

  private Diagnostic diagnostic(String node, SealedPreview.Step step, String what) {
    return Diagnostic.at(
            places.of(step), Code.DRIFTED, "the step '" + step.label() + "' has drifted: " + what)
        .orOn(node)
        .withHint("nothing was done on " + node + ": " + HINT);
  }
}
