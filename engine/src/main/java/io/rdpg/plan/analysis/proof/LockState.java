package io.rdpg.plan.analysis.proof;

import io.rdpg.plan.analysis.check.ExecutionPath;
import io.rdpg.plan.interpret.StepLocation;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state in which a node may reach a step.
 *
 * @param locks those in whose scope it is, the innermost last
 * @param facts what was decided before it
 */
record LockState(List<Held> locks, Facts facts) {
  static final LockState START = new LockState(List.of(), Facts.NONE);

  LockState {
    locks = List.copyOf(locks);
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

  boolean holdsAny() {
    for (Held lock : locks) {
      if (!lock.released()) {
        return true;
      }
    }
    return false;
  }

  boolean holds(String key) {
    for (Held lock : locks) {
      if (!lock.released() && lock.key().equals(key)) {
        return true;
      }
    }
    return false;
  }

  /** Whether all locks in whose scope it is were released. */
  boolean released() {
    return !locks.isEmpty() && !holdsAny();
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

  LockState knowing(int condition) {
    return new LockState(locks, facts.with(condition));
  }

  /** Without what it knows of some conditions. */
  LockState forgetting(BitSet conditions) {
    return facts.anyOf(conditions) ? new LockState(locks, facts.without(conditions)) : this;
  }

  /** With those of its facts only that something needs. */
  LockState keeping(BitSet needed) {
    return facts.allOf(needed) ? this : new LockState(locks, facts.among(needed));
  }

  LockState forgettingAll() {
    return new LockState(locks, Facts.NONE);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LockState state
        && facts.equals(state.facts)
        && locks.size() == state.locks.size()
        && sameLocks(state);
  }

  @SuppressWarnings("ReferenceEquality") // of lists that are equal most are the same
  private boolean sameLocks(LockState other) {
    if (locks == other.locks) {
      return true;
    }
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
