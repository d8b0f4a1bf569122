package io.rdpg.plan.run.ahead;

import io.rdpg.plan.step.Effect;
import io.rdpg.plan.system.Mutex;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Keeps the early reads and the effects of a run apart: what was read before an effect counts no
 * more after it, on any node, and nothing is read early on a node while an effect is performed
 * there. Safe for use by many threads.
 */
public final class ReadsInFlight {
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
    private final AtomicLong files = new AtomicLong();
    private final Set<Round> rounds = new HashSet<>();
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

  /** Performs an effect of a node, once the early reads there have ended. */
  public <T> T performing(String node, Effect effect, Supplier<T> effected) {
    AtNode at = at(node);
    count(at, effect);
    Set<Round> begun;
    try (var _ = at.lock.hold()) {
      at.effects++;
      begun = Set.copyOf(at.rounds);
    }
    try {
      begun.forEach(Round::close);
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

  /**
   * Keeps effects of a node from beginning until {@link #end}; false when one is being performed,
   * which may well wait for this very walk.
   */
  boolean begin(String node, Round round) {
    AtNode at = at(node);
    try (var _ = at.lock.hold()) {
      return at.effects == 0 && at.rounds.add(round);
    }
  }

  void end(String node, Round round) {
    AtNode at = at(node);
    try (var _ = at.lock.hold()) {
      at.rounds.remove(round);
    }
  }
}
