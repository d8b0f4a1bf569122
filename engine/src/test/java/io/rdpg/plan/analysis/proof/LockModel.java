package io.rdpg.plan.analysis.proof;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What nodes that walk a plan at the same time can do to each other: every interleaving of their
 * steps, one by one.
 */
final class LockModel {
  /** One step of one node. */
  sealed interface Op {}

  /** Takes a lock, or keeps it; the scope ends with a {@link Leave}. */
  record Take(String key) implements Op {}

  record Leave() implements Op {}

  record Release() implements Op {}

  record Put(String key) implements Op {}

  record Await(String key) implements Op {}

  /** The first node to come here leads. */
  record Claim() implements Op {}

  /** Goes on at another step, where this node doesn't lead, or does. */
  record Unless(boolean leads, int elsewhere) implements Op {}

  private record Frame(String key, boolean taken, boolean released) {}

  private record Walker(int next, List<Frame> frames) {
    boolean holds(String key) {
      return frames.stream().anyMatch(f -> f.taken() && !f.released() && f.key().equals(key));
    }
  }

  private record World(
      List<Walker> walkers, Map<String, Integer> locks, Set<String> keys, int leader) {}

  /**
   * How nodes end that can't go on.
   *
   * @param how what each of them stands at
   */
  record Stuck(String how) {}

  private final List<List<Op>> programs;

  LockModel(List<List<Op>> programs) {
    this.programs = programs;
  }

  /** The same steps as if there were no locks. */
  LockModel withoutLocks() {
    return new LockModel(
        programs.stream()
            .map(program -> program.stream().map(LockModel::unlocked).toList())
            .toList());
  }

  private static Op unlocked(Op op) {
    return switch (op) {
      case Take _, Leave _, Release _ -> new Put("nothing");
      case Put _, Await _, Claim _, Unless _ -> op;
    };
  }

  /**
   * An end in which nobody can go on and somebody isn't done; empty when there is none.
   *
   * @throws IllegalStateException when there are too many states to see them all
   */
  Optional<Stuck> deadlock() {
    World start =
        new World(
            programs.stream().map(_ -> new Walker(0, List.of())).toList(), Map.of(), Set.of(), -1);
    Set<World> seen = new HashSet<>(Set.of(start));
    Deque<World> open = new ArrayDeque<>(seen);
    while (!open.isEmpty()) {
      World target = open.pop();
      boolean moved = false;
      for (int node = 0; node < programs.size(); node++) {
        Optional<World> next = step(target, node);
        moved |= next.isPresent();
        next.filter(seen::add).ifPresent(open::push);
      }
      if (!moved && !done(target)) {
        return Optional.of(new Stuck(how(target)));
      }
      if (seen.size() > 200_000) {
        throw new IllegalStateException("too many states");
      }
    }
    return Optional.empty();
  }

  private boolean done(World target) {
    for (int node = 0; node < programs.size(); node++) {
      if (target.walkers().get(node).next() < programs.get(node).size()) {
        return false;
      }
    }
    return true;
  }

  private String how(World target) {
    List<String> lines = new ArrayList<>();
    for (int node = 0; node < programs.size(); node++) {
      Walker walker = target.walkers().get(node);
      lines.add(
          "n%d at %s in %s"
              .formatted(
                  node + 1,
                  walker.next() < programs.get(node).size()
                      ? programs.get(node).get(walker.next())
                      : "its end",
                  walker.frames()));
    }
    return String.join("\n", lines);
  }

  /** The world after a node's next step; empty when it can't do it now. */
  private Optional<World> step(World target, int node) {
    Walker walker = target.walkers().get(node);
    if (walker.next() >= programs.get(node).size()) {
      return Optional.empty();
    }
    Map<String, Integer> locks = new TreeMap<>(target.locks());
    Set<String> keys = new TreeSet<>(target.keys());
    List<Frame> frames = new ArrayList<>(walker.frames());
    int leader = target.leader();
    int next = walker.next() + 1;
    switch (programs.get(node).get(walker.next())) {
      case Take(String key) -> {
        boolean keeps = walker.holds(key);
        if (!keeps && locks.putIfAbsent(key, node) != null) {
          return Optional.empty();
        }
        frames.add(new Frame(key, !keeps, false));
      }
      case Leave() -> {
        Frame frame = frames.removeLast();
        if (frame.taken() && !frame.released()) {
          locks.remove(frame.key());
        }
      }
      case Release() -> {
        for (int i = frames.size() - 1; i >= 0; i--) {
          Frame frame = frames.get(i);
          if (frame.taken() && !frame.released()) {
            frames.set(i, new Frame(frame.key(), true, true));
            locks.remove(frame.key());
            break;
          }
        }
      }
      case Put(String key) -> keys.add(key);
      case Await(String key) -> {
        if (!keys.contains(key)) {
          return Optional.empty();
        }
      }
      case Claim() -> leader = leader < 0 ? node : leader;
      case Unless(boolean leads, int elsewhere) -> {
        if ((leader == node) != leads) {
          next = elsewhere;
        }
      }
    }
    List<Walker> walkers = new ArrayList<>(target.walkers());
    walkers.set(node, new Walker(next, List.copyOf(frames)));
    return Optional.of(new World(List.copyOf(walkers), locks, keys, leader));
  }
}
