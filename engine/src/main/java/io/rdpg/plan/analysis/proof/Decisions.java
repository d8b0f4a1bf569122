package io.rdpg.plan.analysis.proof;

import io.rdpg.plan.language.template.Condition;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds what conditions that hold decide of another one, comparing each pair only once. */
final class Decisions {
  private final Map<Condition, Condition> same = new HashMap<>();

  /** By a condition, what each fact decides of it. */
  private final Map<Condition, Map<Condition, Optional<Boolean>>> known = new HashMap<>();

  /** The one of all that say the same that is told apart from others fastest. */
  Condition same(Condition condition) {
    return same.computeIfAbsent(condition, first -> first);
  }

  /**
   * Whether a condition holds; empty when the facts leave it open.
   *
   * @param facts conditions that hold
   */
  Optional<Boolean> decided(Condition condition, Set<Condition> facts) {
    if (facts.isEmpty()) {
      return Optional.empty();
    }
    Map<Condition, Optional<Boolean>> by = known.computeIfAbsent(condition, _ -> new HashMap<>());
    for (Condition fact : facts) {
      Optional<Boolean> one = by.computeIfAbsent(fact, _ -> decided(condition, fact));
      if (one.isPresent()) {
        return one;
      }
    }
    return Optional.empty();
  }

  private static Optional<Boolean> decided(Condition condition, Condition fact) {
    if (condition.excludes(fact)) {
      return Optional.of(false);
    }
    return condition.opposite().excludes(fact) ? Optional.of(true) : Optional.empty();
  }
}
