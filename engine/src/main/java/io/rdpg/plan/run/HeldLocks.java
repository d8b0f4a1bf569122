package io.rdpg.plan.run;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.Locks;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;

/** The locks that a node holds, the innermost first. Used by one thread. */
final class HeldLocks {
  private final String node;
  private final Event.Sink sink;
  private final Deque<Locks.Held> held = new ArrayDeque<>();

  HeldLocks(String node, Event.Sink sink) {
    this.node = node;
    this.sink = sink;
  }

  /** The innermost. */
  Optional<Locks.Held> innermost() {
    return Optional.ofNullable(held.peek());
  }

  boolean holds(String key) {
    return held.stream().anyMatch(lock -> lock.key().equals(key));
  }

  /**
   * Takes a lock, runs the work, and releases the lock unless the work did so.
   *
   * @param at the step that asks for it
   * @param cancellation cancels the wait for it
   * @param work given what ends it when the lock is lost
   * @throws io.rdpg.plan.language.diagnostic.Failure when the lock can't be obtained
   */
  void under(
      Locks locks,
      Locks.Terms terms,
      Event.At at,
      Cancellation cancellation,
      Consumer<Cancellation> work) {
    Locks.Held lock =
        locks.acquire(
            terms,
            (obstacle, elapsed) ->
                sink.on(
                    new Event.Waiting(
                        at,
                        "lock " + terms.key() + obstacle.map(what -> ", " + what).orElse(""),
                        "",
                        elapsed,
                        terms.patience())),
            cancellation);
    held.push(lock);
    try (Cancellation.Child whileHeld = cancellation.child()) {
      sink.on(new Event.LockAcquired(node, lock.key(), lock.session()));
      lock.onLost(() -> lost(lock, whileHeld.cancellation()));
      work.accept(whileHeld.cancellation());
    } finally {
      boolean _ = release(lock);
    }
  }

  private void lost(Locks.Held lock, Cancellation work) {
    sink.on(new Event.LockLost(node, lock.key(), lock.session()));
    work.cancel(
        Diagnostic.of(Code.LOCK_LOST, "lost lock " + lock.key() + " while its steps were running")
            .withHint("run the plan again: finished steps stay done"));
  }

  /** Releases the innermost; whether there was one. */
  boolean releaseInnermost() {
    return innermost().map(this::release).orElse(false);
  }

  /** Releases a lock unless that was done before; whether it was still held. */
  private boolean release(Locks.Held lock) {
    boolean wasHeld = held.remove(lock) && lock.held();
    lock.close();
    if (wasHeld) {
      sink.on(new Event.LockReleased(node, lock.key(), lock.session()));
    }
    return wasHeld;
  }
}
