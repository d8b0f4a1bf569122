package io.rdpg.plan.run;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observations;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.Account;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.Locks;
import io.rdpg.plan.target.ServerMessages;
import io.rdpg.plan.target.StepReads;
import io.rdpg.plan.target.Target;
import io.rdpg.plan.testing.MemoryTarget;
import io.rdpg.plan.testing.TestDeadlines;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A world in which one node's walk is on at a time, so that an apply has one course. A walk goes on
 * until it stands before a wait or a lock; then the first in inventory order goes on that can. When
 * none can, a deadline passes at once: first of a wait that was only guessed to hold, then of any
 * other, then of a lock. Nothing here takes time.
 *
 * <p>Told of every event on the thread that it happens on, a walk's thread having its node's name.
 */
final class SequentialNodes implements Target, Event.Sink {

  private final MemoryTarget target;
  private final EffectLog preview;
  private final List<Granted> order;
  private final Map<String, Walk> walks = new LinkedHashMap<>();
  private @Nullable Walk on;
  private int effects;
  private boolean outOfOrder;

  /** A lock's turn, as a preview tells it. */
  record Granted(String lock, String node) {}

  /** Where one node's walk is. */
  private static final class Walk {
    boolean seen;
    boolean over;
    boolean parked;
    boolean tooLate;
    boolean hasLooked;
    int lookedAt;
    EffectLog.@Nullable Which waitsAt;
    @Nullable String wantedLock;
  }

  /**
   * @param nodes in inventory order
   * @param preview says who is to get locks, in order; a walk that it doesn't name for a lock takes
   *     it when it comes
   */
  SequentialNodes(MemoryTarget target, List<String> nodes, EffectLog preview) {
    this.target = target;
    this.preview = preview;
    this.order = new ArrayList<>(preview.granted());
    nodes.forEach(node -> walks.put(node, new Walk()));
    on = walks.get(nodes.getFirst());
  }

  /** Whether a lock could not go round as it was granted. */
  synchronized boolean outOfOrder() {
    return outOfOrder;
  }

  @Override
  public synchronized void on(Event event) {
    Walk walk = walks.get(Thread.currentThread().getName());
    if (walk == null) {
      return;
    }
    turn(walk);
    if (event instanceof Event.StepStarted started && started.at().primitive().equals("wait_for")) {
      walk.waitsAt = EffectLog.Which.of(started.at());
      walk.hasLooked = false;
    } else if (event instanceof Event.StepFinished) {
      walk.waitsAt = null;
    }
  }

  @Override
  public synchronized Observations read(
      Account at, Collection<? extends Read<?>> reads, Cancellation cancellation) {
    Walk walk = mine();
    turn(walk);
    if (walk.waitsAt != null) {
      if (walk.hasLooked) {
        park(walk);
      } else {
        letOthers(walk);
      }
      walk.hasLooked = true;
      walk.lookedAt = changes();
    }
    if (walk.tooLate) {
      walk.tooLate = false;
      throw Failure.of(Code.DEADLINE, "nobody is left to make it true");
    }
    return target.read(at, reads, cancellation);
  }

  @Override
  public void readAhead(
      String node, List<StepReads> steps, StepReads.Replies replies, Cancellation cancellation) {
    try (var _ = cancellation.onCancel(() -> Thread.startVirtualThread(this::wake))) {
      readInTurn(node, steps, replies, cancellation);
    }
  }

  private synchronized void readInTurn(
      String node, List<StepReads> steps, StepReads.Replies replies, Cancellation cancellation) {
    awaitTurn(mine(), cancellation);
    target.readAhead(node, steps, replies, cancellation);
  }

  private synchronized void wake() {
    notifyAll();
  }

  @Override
  public synchronized boolean perform(
      Account at,
      Effect effect,
      Locks.@Nullable Held lock,
      ServerMessages messages,
      Cancellation cancellation) {
    turn(mine());
    effects++;
    return target.perform(at, effect, lock, messages, cancellation);
  }

  @Override
  public Locks locks(String node) {
    Locks locks = target.locks(node);
    return (terms, waiting, cancellation) -> {
      synchronized (this) {
        Walk walk = mine();
        turn(walk);
        letOthers(walk);
        walk.wantedLock = terms.key();
        while (!isFree(terms.key()) || !isTurnOf(node, terms.key())) {
          walk.lookedAt = changes();
          park(walk);
          if (walk.tooLate) {
            walk.tooLate = false;
            throw Failure.of(Code.LOCK_NOT_OBTAINED, "nobody is left to let go of it");
          }
        }
        walk.wantedLock = null;
        order.remove(new Granted(terms.key(), node));
        return locks.acquire(terms, waiting, cancellation);
      }
    };
  }

  @Override
  public void close() {
    target.close();
  }

  private boolean isFree(String lock) {
    return target.consul().holder(lock).isEmpty();
  }

  private boolean isTurnOf(String node, String lock) {
    Optional<Granted> next =
        order.stream()
            .filter(one -> one.lock().equals(lock))
            .filter(one -> !of(one.node()).over)
            .findFirst();
    return next.isEmpty()
        || next.get().node().equals(node)
        || !order.contains(new Granted(lock, node));
  }

  private Walk mine() {
    return of(Thread.currentThread().getName());
  }

  private Walk of(String node) {
    Walk walk = walks.get(node);
    if (walk == null) {
      throw new AssertionError("no walk of node " + node);
    }
    return walk;
  }

  /** Stands still until it is this walk's turn. */
  private void turn(Walk walk) {
    if (!walk.seen) {
      walk.seen = true;
      Thread thread = Thread.currentThread();
      Thread.startVirtualThread(() -> whenOver(thread, walk));
    }
    awaitTurn(walk, new Cancellation());
  }

  private void awaitTurn(Walk walk, Cancellation cancellation) {
    long deadline = System.nanoTime() + TestDeadlines.SOON.toNanos();
    try {
      while (on != walk) {
        cancellation.check();
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          throw new AssertionError("it is never the turn of " + Thread.currentThread().getName());
        }
        wait(left);
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void whenOver(Thread thread, Walk walk) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    synchronized (this) {
      walk.over = true;
      if (on == walk) {
        next();
      }
    }
  }

  private void letOthers(Walk walk) {
    next();
    turn(walk);
  }

  /** Stands still until something has changed, or nothing will. */
  private void park(Walk walk) {
    walk.parked = true;
    next();
    turn(walk);
    walk.parked = false;
  }

  private void next() {
    on = walks.values().stream().filter(this::canGoOn).findFirst().orElseGet(this::stuck);
    notifyAll();
  }

  private boolean canGoOn(Walk walk) {
    return !walk.over && (!walk.parked || walk.lookedAt < changes());
  }

  /** How many effects were performed and locks released. */
  private int changes() {
    return effects + target.consul().released();
  }

  private @Nullable Walk stuck() {
    for (Walk walk : walks.values()) {
      if (!walk.over && walk.wantedLock != null && isFree(walk.wantedLock)) {
        outOfOrder = true;
        String lock = walk.wantedLock;
        order.removeIf(one -> one.lock().equals(lock));
        return walk;
      }
    }
    Walk late =
        first(walk -> walk.waitsAt != null && preview.isGuessed(walk.waitsAt))
            .or(() -> first(walk -> walk.wantedLock == null))
            .or(() -> first(_ -> true))
            .orElse(null);
    if (late != null) {
      late.tooLate = true;
    }
    return late;
  }

  private Optional<Walk> first(Predicate<Walk> which) {
    return walks.values().stream().filter(walk -> !walk.over).filter(which).findFirst();
  }
}
