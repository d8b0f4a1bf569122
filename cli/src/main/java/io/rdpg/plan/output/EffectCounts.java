package io.rdpg.plan.output;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Counts effects by kind, and summarises them in a sentence. Not thread-safe. */
final class EffectCounts {
  private final Map<String, Integer> counts = new LinkedHashMap<>();

  /**
   * @param kind an effect's kind as events have it
   */
  void add(String kind) {
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
            Map.Entry.<String, Integer>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .forEach(entry -> phrases.add(phrase(entry.getKey(), entry.getValue())));
    return phrases.size() < 2
        ? String.join("", phrases)
        : String.join(", ", phrases.subList(0, phrases.size() - 1)) + " and " + phrases.getLast();
  }

  private static String phrase(String kind, int n) {
    return switch (kind) {
      case "file.write" -> "write " + count(n, "file");
      case "sql.run" -> "run SQL " + (n == 1 ? "once" : n + " times");
      case "key.put" -> "set " + count(n, "key");
      case "key.delete" -> "delete " + count(n, "key");
      case "service.register" -> "register " + count(n, "service");
      case "service.deregister" -> "deregister " + count(n, "service");
      case "service.reload" -> "reload " + count(n, "service");
      case "command.run" -> "run " + count(n, "command");
      default -> "do " + kind + (n == 1 ? " once" : " " + n + " times");
    };
  }

  private static String count(int n, String what) {
    return n + " " + what + (n == 1 ? "" : "s");
  }
}
