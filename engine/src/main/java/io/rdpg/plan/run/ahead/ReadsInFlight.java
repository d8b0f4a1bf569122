package io.rdpg.plan.run.ahead;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.system.Mutex;
import io.rdpg.plan.target.Cancellation;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.function.Supplier;

/**
 * Keeps the early reads and the effects of a run apart: what was read before an effect counts no
 * more after it, on any node, and nothing is read early on a node while an effect is performed
 * there. Safe for use by many threads.
 */
public final class ReadsInFlight {
  private static final Diagnostic OVERTAKEN =
      Diagnostic.of(
          Code.INTERRUPTED, "something is changed: what was asked before it counts no more");

  private final AtomicLong effects = new AtomicLong();
  private final AtomicLong otherThanFiles = new AtomicLong();
  private final Map<String, AtNode> nodes = new ConcurrentHashMap<>();

  /**
   * How much had been changed when something was read.
   *
   * @param here how many files were written on the node
   */
  record Moment(long effects, long otherThanFiles, long here) {}

  /** What goes on at one node. */
  private static final class AtNode {
    private final Mutex lock = new Mutex();
    private final Condition changed = lock.newCondition();
    private final AtomicLong files = new AtomicLong();
    private final Set<Cancellation> reads = new HashSet<>();
    private int effects;
  }

  private AtNode at(String node) {
    return nodes.computeIfAbsent(node, _ -> new AtNode());
  }

  Moment now(String node) {
    return new Moment(effects.get(), otherThanFiles.get(), at(node).files.get());
  }

  /**
   * Whether nothing has happened since that could have changed what was read. A file that is
   * written changes nothing on other nodes but what an author may ask of anything.
   */
  boolean counts(String node, Moment then, boolean byAuthor) {
    Moment now = now(node);
    return then.otherThanFiles() == now.otherThanFiles()
        && then.here() == now.here()
        && (!byAuthor || then.effects() == now.effects());
  }

  /**
   * Performs an effect of a node, once the early reads there have ended.
   *
   * @throws io.rdpg.plan.language.diagnostic.Failure when it was cancelled before it began
   */
  public <T> T performing(
      String node, Effect effect, Cancellation cancellation, Supplier<T> effected) {
    AtNode at = at(node);
    count(at, effect);
    try (var _ = at.lock.hold()) {
      at.effects++;
    }
    try {
      Set.copyOf(reading(at)).forEach(read -> read.cancel(OVERTAKEN));
      awaitEnd(at, cancellation);
      return effected.get();
    } finally {
      count(at, effect);
      try (var _ = at.lock.hold()) {
        at.effects--;
      }
    }
  }

  private void count(AtNode at, Effect effect) {
    effects.incrementAndGet();
    if (effect instanceof Effect.WriteFile) {
      at.files.incrementAndGet();
    } else {
      otherThanFiles.incrementAndGet();
    }
  }

  private static Set<Cancellation> reading(AtNode at) {
    try (var _ = at.lock.hold()) {
      return new HashSet<>(at.reads);
    }
  }

  /**
   * Keeps effects of a node from beginning until {@link #end}; false when one is being performed,
   * which may well wait for this very walk.
   *
   * @param reads cancelled when an effect is to begin
   */
  boolean begin(String node, Cancellation reads) {
    AtNode at = at(node);
    try (var _ = at.lock.hold()) {
      return at.effects == 0 && at.reads.add(reads);
    }
  }

  void end(String node, Cancellation reads) {
    AtNode at = at(node);
    try (var _ = at.lock.hold()) {
      at.reads.remove(reads);
      at.changed.signalAll();
    }
  }

  private static void awaitEnd(AtNode at, Cancellation cancellation) {
    try (var _ = at.lock.hold()) {
      while (!at.reads.isEmpty()) {
        cancellation.check();
        boolean _ = at.changed.await(50, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("nothing here interrupts threads", e);
    }
  }
}
