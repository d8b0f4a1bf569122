package io.rdpg.plan.run;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** The locks that a node's walk holds, the innermost first. Used by one thread. */
final class HeldLocks {
  private final String node;
  private final Deque<Locks.Held> held = new ArrayDeque<>();

  HeldLocks(String node) {
    this.node = node;
  }

  void push(Locks.Held lock) {
    held.push(lock);
  }

  /** The innermost. */
  Optional<Locks.Held> held() {
    return Optional.ofNullable(held.peek());
  }

  boolean holds(String key) {
    return held.stream().anyMatch(lock -> lock.key().equals(key));
  }

  /** Lets go of the innermost; what to tell of it, empty when none is held. */
  Optional<Event> releaseInnermost() {
    return held().flatMap(this::release);
  }

  /** Lets go of a lock unless that was done before. */
  Optional<Event> release(Locks.Held lock) {
    if (!held.remove(lock)) {
      return Optional.empty();
    }
    boolean wasHeld = lock.held();
    lock.close();
    return wasHeld
        ? Optional.of(new Event.LockReleased(node, lock.key(), lock.session()))
        : Optional.empty();
  }
}
