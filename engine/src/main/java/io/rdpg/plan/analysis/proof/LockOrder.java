package io.rdpg.plan.analysis.proof;

import io.rdpg.plan.analysis.check.ExecutionPath;
import io.rdpg.plan.interpret.StepLocation;
import io.rdpg.plan.language.diagnostic.Code;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which locks are needed while others are held: two nodes that need two in opposite orders wait for
 * each other. Sees several plans, one after the other.
 */
final class LockOrder {
  /**
   * A lock that is needed under another.
   *
   * @param how what the step does, for a message: it takes the lock, or waits for who needs it
   * @param guards the other locks that are held all the time
   */
  record Need(String outer, String inner, StepLocation location, String how, Set<String> guards) {}

  private record Pair(String outer, String inner) {}

  private final Map<Pair, Need> known = new LinkedHashMap<>();
  private final List<Need> fresh = new ArrayList<>();

  /** Learns which locks are taken under others. */
  void learn(List<PathExplorer> explorers) {
    for (PathExplorer explorer : explorers) {
      explorer.walk((act, states) -> {
        if (act instanceof ExecutionPath.LockedNode under) {
          states.stream()
              .filter(state -> !state.holds(under.key()))
              .forEach(state -> needs(state, under.key(), under.location(), "takes lock"));
        }
        return states;
      });
    }
  }

  /** Learns that a step needs a lock in a state in which its node holds others. */
  void needs(LockState state, String inner, StepLocation location, String how) {
    for (String outer : state.held()) {
      Set<String> guards = new HashSet<>(state.held());
      guards.remove(outer);
      Need need = new Need(outer, inner, location, how, guards);
      fresh.add(need);
      known.merge(new Pair(outer, inner), need, LockOrder::both);
    }
  }

  /** What guards both guards the pair. */
  private static Need both(Need one, Need other) {
    Set<String> guards = new HashSet<>(one.guards());
    guards.retainAll(other.guards());
    return new Need(one.outer(), one.inner(), one.location(), one.how(), guards);
  }

  /** Reports the steps learned since the last time that close a cycle with any. */
  void judge(RuleViolations diagnostics) {
    Set<Pair> reported = new HashSet<>();
    for (Need need : fresh) {
      if (reported.add(new Pair(need.outer(), need.inner()))) {
        back(need.inner(), need.outer(), need.guards(), new HashSet<>())
            .ifPresent(opposite -> report(need, opposite, diagnostics));
      }
    }
    fresh.clear();
  }

  /** The first step on the path from one lock back to another. */
  private Optional<Need> back(String from, String to, Set<String> guards, Set<String> seen) {
    if (!seen.add(from)) {
      return Optional.empty();
    }
    return known.values().stream()
        .filter(need -> need.outer().equals(from))
        .filter(need -> Collections.disjoint(need.guards(), guards))
        .filter(need -> need.inner().equals(to) || back(need.inner(), to, guards, seen).isPresent())
        .findFirst();
  }

  private static void report(Need one, Need opposite, RuleViolations diagnostics) {
    diagnostics.report(
        Code.LOCK_ORDER,
        one.location(),
        "'%s' %s %s under lock %s, and %s %s %s under %s: two nodes can wait for each other"
            .formatted(
                one.location().head().name(),
                one.how(),
                one.inner(),
                one.outer(),
                RuleViolations.named(opposite.location()),
                opposite.how(),
                opposite.inner(),
                opposite.outer()),
        "take them in one order everywhere, or one after the other");
  }
}
