package io.rdpg.plan.analysis.proof;

import io.rdpg.plan.language.template.Condition;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Numbers conditions, so that what is known in a state is a few bits, and finds what some decide of
 * another, comparing each pair only once. Those that say the same have one number, and what holds
 * where a condition doesn't has its number but for the last bit.
 */
final class Conditions {
  private final Map<Condition, Integer> numbers = new HashMap<>();
  private final List<Condition> all = new ArrayList<>();

  /** By what conditions are about, their numbers: no others exclude each other. */
  private final Map<String, BitSet> about = new HashMap<>();

  /** By a condition's number, those that exclude it. */
  private final List<Found> excluding = new ArrayList<>();

  /** Those that speak of a variable. */
  private final Map<String, Found> mentioning = new HashMap<>();

  /** Some of all conditions, as far as these were looked through. */
  private static final class Found {
    final BitSet numbers = new BitSet();
    int searched;
  }

  /** The number of a condition. */
  int number(Condition condition) {
    Integer known = numbers.get(condition);
    if (known == null) {
      known = all.size();
      add(condition);
      add(condition.opposite());
    }
    return known;
  }

  private void add(Condition condition) {
    int number = all.size();
    numbers.put(condition, number);
    all.add(condition);
    condition
        .subjects()
        .forEach(subject -> about.computeIfAbsent(subject, _ -> new BitSet()).set(number));
    excluding.add(new Found());
  }

  /** The number of what holds where a condition doesn't. */
  static int opposite(int number) {
    return number ^ 1;
  }

  /** One of those that have a number. */
  Condition at(int number) {
    return all.get(number);
  }

  /**
   * Whether a condition holds; empty when the facts leave it open.
   *
   * @param facts conditions that hold
   */
  Optional<Boolean> decided(int number, Facts facts) {
    if (facts.anyOf(excluding(number))) {
      return Optional.of(false);
    }
    return facts.anyOf(excluding(opposite(number))) ? Optional.of(true) : Optional.empty();
  }

  /** Whether knowing that one holds, or that it doesn't, decides another in one of the cases. */
  boolean bearsOn(int number, int other) {
    return excludes(number, other)
        || excludes(number, opposite(other))
        || excludes(opposite(number), other)
        || excludes(opposite(number), opposite(other));
  }

  private boolean excludes(int number, int other) {
    return excluding(number).get(other);
  }

  /** Those that exclude a condition. */
  private BitSet excluding(int number) {
    Found found = excluding.get(number);
    if (found.searched < all.size()) {
      Condition condition = at(number);
      for (String subject : condition.subjects()) {
        Objects.requireNonNull(about.get(subject)).stream()
            .filter(other -> other >= found.searched && condition.excludes(at(other)))
            .forEach(found.numbers::set);
      }
      found.searched = all.size();
    }
    return found.numbers;
  }

  /** Those that speak of a variable. */
  BitSet mentioning(String variable) {
    Found found = mentioning.computeIfAbsent(variable, _ -> new Found());
    for (; found.searched < all.size(); found.searched++) {
      found.numbers.set(found.searched, at(found.searched).mentions(variable));
    }
    return found.numbers;
  }
}
