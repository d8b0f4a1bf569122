package io.rdpg.plan.run;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.Locks;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** The locks that a node holds, the innermost first. Used by one thread. */
final class HeldLocks {
  private final String node;
  private final Event.Sink sink;
  private final Deque<Taken> held = new ArrayDeque<>();

  /**
   * A lock that was taken.
   *
   * @param freeWithin how long it may stay held when it can't be released
   */
  private record Taken(Locks.Held lock, Duration freeWithin, AtomicReference<State> state) {
    Taken(Locks.Held lock, Duration freeWithin) {
      this(lock, freeWithin, new AtomicReference<>(State.HELD));
    }
  }

  private enum State {
    HELD,
    RELEASED,
    LOST
  }

  HeldLocks(String node, Event.Sink sink) {
    this.node = node;
    this.sink = sink;
  }

  /** The innermost. */
  Optional<Locks.Held> innermost() {
    return Optional.ofNullable(held.peek()).map(Taken::lock);
  }

  boolean holds(String key) {
    return held.stream().anyMatch(taken -> taken.lock().key().equals(key));
  }

  /**
   * Takes a lock, runs the work, and releases the lock unless the work did so.
   *
   * @return why the work may not have been alone, when that is only found at its end *
   * @param at the step that asks for it
   * @param cancellation cancels the wait for it
   * @param work given what ends it when the lock is lost
   * @throws io.rdpg.plan.language.diagnostic.Failure when the lock can't be obtained
   */
  @SuppressWarnings("ReferenceEquality") // this very lock, not one like it
  Optional<Diagnostic> under(
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
    Taken taken = new Taken(lock, terms.freeWithin());
    held.push(taken);
    try (Cancellation.Child whileHeld = cancellation.child()) {
      sink.on(new Event.LockAcquired(node, lock.key(), lock.session()));
      // Also before every statement, commit, try and request, since a process that was paused may
      // come to it before the thread that watches the lock.
      whileHeld.cancellation().also(() -> lock.held() ? Optional.empty() : lost(taken));
      lock.onLost(() -> lost(taken).ifPresent(whileHeld.cancellation()::cancel));
      work.accept(whileHeld.cancellation());
      return held.contains(taken) && release(taken) == Locks.Release.LOST
          ? lost(taken)
          : Optional.empty();
    } finally {
      if (held.contains(taken)) {
        var _ = release(taken);
      }
    }
  }

  /** Reports a loss, once; the reason to end what runs under the lock, if it was not released. */
  private Optional<Diagnostic> lost(Taken taken) {
    Locks.Held lock = taken.lock();
    if (taken.state().compareAndSet(State.HELD, State.LOST)) {
      sink.on(new Event.LockLost(node, lock.key(), lock.session()));
    }
    return taken.state().get() == State.RELEASED
        ? Optional.empty()
        : Optional.of(
            Diagnostic.of(
                    Code.LOCK_LOST, "lost lock " + lock.key() + " while its steps were running")
                .withHint("run the plan again: finished steps stay done"));
  }

  /**
   * Releases the innermost; empty when there is none.
   *
   * @throws io.rdpg.plan.language.diagnostic.Failure when it was lost
   */
  Optional<Locks.Release> releaseInnermost() {
    Optional<Taken> innermost = Optional.ofNullable(held.peek());
    Optional<Locks.Release> released = innermost.map(this::release);
    if (released.equals(Optional.of(Locks.Release.LOST))) {
      throw lost(innermost.orElseThrow()).orElseThrow().failure();
    }
    return released;
  }

  private Locks.Release release(Taken taken) {
    Locks.Held lock = taken.lock();
    held.remove(taken);
    boolean wasHeld = lock.held();
    Locks.Release released = lock.release();
    if (!wasHeld || released == Locks.Release.LOST) {
      var _ = lost(taken);
    }
    if (!taken.state().compareAndSet(State.HELD, State.RELEASED)) {
      return Locks.Release.LOST;
    }
    sink.on(
        released == Locks.Release.DONE
            ? new Event.LockReleased(node, lock.key(), lock.session())
            : new Event.LockLeft(node, lock.key(), lock.session(), taken.freeWithin()));
    return released;
  }
}
