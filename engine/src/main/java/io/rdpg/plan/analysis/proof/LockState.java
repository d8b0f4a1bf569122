package io.rdpg.plan.analysis.proof;

import io.rdpg.plan.analysis.check.ExecutionPath;
import io.rdpg.plan.interpret.StepLocation;
import io.rdpg.plan.language.template.Condition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The state in which a node may reach a step.
 *
 * @param locks those in whose scope it is, the innermost last
 * @param facts what was decided before it: conditions that hold
 */
record LockState(List<Held> locks, Set<Condition> facts) {
  static final LockState START = new LockState(List.of(), Set.of());

  LockState {
    locks = List.copyOf(locks);
    facts = Set.copyOf(facts);
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
  boolean released() {
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

  LockState knowing(Condition condition) {
    Set<Condition> more = new HashSet<>(facts);
    more.add(condition);
    return new LockState(locks, more);
  }

  /** Whether it knows something of a variable. */
  boolean mentions(String variable) {
    return facts.stream().anyMatch(fact -> fact.mentions(variable));
  }

  /** Without what it knows of a variable. */
  LockState forgetting(String variable) {
    return keeping(fact -> !fact.mentions(variable));
  }

  /** With those of its facts only that something needs. */
  LockState keeping(Predicate<Condition> needed) {
    for (Condition fact : facts) {
      if (!needed.test(fact)) {
        return new LockState(locks, facts.stream().filter(needed).collect(Collectors.toSet()));
      }
    }
    return this;
  }

  LockState forgettingAll() {
    return new LockState(locks, Set.of());
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
