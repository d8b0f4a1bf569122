package io.rdpg.plan.output;

import io.rdpg.plan.step.Effect;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Counts effects by kind, and summarises them in a sentence. Not thread-safe. */
final class EffectCounts {
  private final Map<Effect.Kind, Integer> counts = new LinkedHashMap<>();

  void add(Effect.Kind kind) {
    counts.merge(kind, 1, Integer::sum);
  }

  boolean isEmpty() {
    return counts.isEmpty();
  }

  /** Such as {@code run SQL 60 times, write 40 files and set 1 key}: the most frequent first. */
  String sentence() {
    List<String> phrases = new ArrayList<>();
    counts.entrySet().stream()
        .sorted(
            Map.Entry.<Effect.Kind, Integer>comparingByValue()
                .reversed()
                .thenComparing(Comparator.comparing(entry -> entry.getKey().word())))
        .forEach(entry -> phrases.add(entry.getKey().times(entry.getValue())));
    return phrases.size() < 2
        ? String.join("", phrases)
        : String.join(", ", phrases.subList(0, phrases.size() - 1)) + " and " + phrases.getLast();
  }
}
