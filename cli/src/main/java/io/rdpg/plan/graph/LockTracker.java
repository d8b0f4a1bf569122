package io.rdpg.plan.graph;

import java.util.ArrayList;
import java.util.List;

/** Tracks the locks of the scopes around a step, the outermost first. */
final class LockTracker {
  private List<Lock> scopes = List.of();

  private record Lock(String key, LockCertainty held) {}

  /** What is held at one place of the plan. */
  record State(List<Lock> scopes) {}

  State now() {
    return new State(scopes);
  }

  void set(State state) {
    scopes = state.scopes;
  }

  /** Joins branches of one scope: what is held after only one of them may be held. */
  void meet(List<State> branches) {
    List<Lock> met = new ArrayList<>(branches.getFirst().scopes);
    for (State branch : branches) {
      for (int i = 0; i < met.size(); i++) {
        Lock lock = met.get(i);
        met.set(i, new Lock(lock.key(), lock.held().or(branch.scopes.get(i).held())));
      }
    }
    scopes = List.copyOf(met);
  }

  void take(String key) {
    List<Lock> more = new ArrayList<>(scopes);
    more.add(new Lock(key, LockCertainty.YES));
    scopes = List.copyOf(more);
  }

  void leave() {
    scopes = scopes.subList(0, scopes.size() - 1);
  }

  /** Releases the innermost that may be held; its key. */
  String release() {
    for (int i = scopes.size() - 1; i >= 0; i--) {
      if (scopes.get(i).held() != LockCertainty.NO) {
        String key = scopes.get(i).key();
        scopes =
            scopes.stream()
                .map(lock -> lock.key().equals(key) ? new Lock(key, LockCertainty.NO) : lock)
                .toList();
        return key;
      }
    }
    return "the lock";
  }

  /** Whether any is held. */
  LockCertainty held() {
    return scopes.stream()
        .map(Lock::held)
        .reduce((one, other) -> one.compareTo(other) >= 0 ? one : other)
        .orElse(LockCertainty.NO);
  }
}
