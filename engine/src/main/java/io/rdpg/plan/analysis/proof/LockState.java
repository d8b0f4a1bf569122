package io.rdpg.plan.analysis.proof;

import io.rdpg.plan.analysis.check.ExecutionPath;
import io.rdpg.plan.interpret.StepLocation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The state in which a node may reach a step.
 *
 * @param locks those in whose scope it is, the innermost last
 * @param facts the conditions that were decided before it, by their text
 */
record LockState(List<Held> locks, Map<String, Boolean> facts) {
  static final LockState START = new LockState(List.of(), Map.of());

  LockState {
    locks = List.copyOf(locks);
    facts = Map.copyOf(facts);
  }

  /**
   * A lock in whose scope the node is.
   *
   * @param released whether it was released before the scope's end
   */
  record Held(StepLocation scope, String key, boolean released) {}

  /** The keys of the locks that it holds. */
  List<String> held() {
    return locks.stream().filter(lock -> !lock.released()).map(Held::key).toList();
  }

  boolean holds(String key) {
    return locks.stream().anyMatch(lock -> !lock.released() && lock.key().equals(key));
  }

  /** Whether all locks in whose scope it is were released. */
  boolean letGo() {
    return !locks.isEmpty() && held().isEmpty();
  }

  LockState under(ExecutionPath.LockedNode scope) {
    List<Held> more = new ArrayList<>(locks);
    more.add(new Held(scope.location(), scope.key(), false));
    return new LockState(more, facts);
  }

  Held innermost() {
    return locks.getLast();
  }

  LockState leaving() {
    return new LockState(locks.subList(0, locks.size() - 1), facts);
  }

  LockState lettingGo() {
    List<Held> after = new ArrayList<>(locks);
    for (int i = after.size() - 1; i >= 0; i--) {
      Held lock = after.get(i);
      if (!lock.released()) {
        after.set(i, new Held(lock.scope(), lock.key(), true));
        break;
      }
    }
    return new LockState(after, facts);
  }

  /** Whether a condition holds; empty when it wasn't decided yet. */
  Optional<Boolean> decided(ExecutionPath.Condition condition) {
    Boolean fact = facts.get(condition.text());
    return fact == null ? Optional.empty() : Optional.of(fact == condition.holds());
  }

  LockState knowing(ExecutionPath.Condition condition) {
    Map<String, Boolean> more = new LinkedHashMap<>(facts);
    more.put(condition.text(), condition.holds());
    return new LockState(locks, more);
  }

  /** Without what it knows of some conditions. */
  LockState forgetting(Set<String> texts) {
    if (Collections.disjoint(facts.keySet(), texts)) {
      return this;
    }
    Map<String, Boolean> left = new LinkedHashMap<>(facts);
    left.keySet().removeAll(texts);
    return new LockState(locks, left);
  }

  LockState forgettingAll() {
    return new LockState(locks, Map.of());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LockState state
        && facts.equals(state.facts)
        && locks.size() == state.locks.size()
        && sameLocks(state);
  }

  private boolean sameLocks(LockState other) {
    for (int i = 0; i < locks.size(); i++) {
      Held mine = locks.get(i);
      Held its = other.locks.get(i);
      if (!mine.scope().path().equals(its.scope().path())
          || mine.released() != its.released()
          || !mine.key().equals(its.key())) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    return 31 * locks.size() + facts.hashCode();
  }
}
