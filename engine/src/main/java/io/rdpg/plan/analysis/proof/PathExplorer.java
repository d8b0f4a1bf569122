package io.rdpg.plan.analysis.proof;

import io.rdpg.plan.analysis.check.ExecutionPath;
import io.rdpg.plan.language.template.Condition;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Explores a node's execution paths: both with and without what a condition decides, but never
 * through two conditions that exclude each other.
 */
final class PathExplorer {
  /** With more states than these, conditions are forgotten: more paths are seen than there are. */
  private static final int MOST_STATES = 512;

  /** Visits every state in which the node may reach each action. */
  interface Traveller {
    /** Comes to an act; false when it gets no further in this state. */
    boolean goesOn(ExecutionPath.PathNode act, LockState state);

    /**
     * Comes to the end of a lock's scope.
     *
     * @param state still inside; its innermost lock is the scope's
     */
    default void leaves(ExecutionPath.LockedNode scope, LockState state) {}
  }

  private final ExecutionPath way;

  /** The conditions that are worth remembering: those that decide whether others hold. */
  private final Set<Condition> recurring = new HashSet<>();

  PathExplorer(ExecutionPath way) {
    this.way = way;
    Map<Condition, Integer> uses = new HashMap<>();
    way.all()
        .forEach(act -> {
          if (act instanceof ExecutionPath.ConditionalNode maybe) {
            uses.merge(maybe.condition(), 1, Integer::sum);
          }
        });
    Map<String, Set<Condition>> about = new HashMap<>();
    for (Condition condition : uses.keySet()) {
      for (String subject : condition.subjects()) {
        about.computeIfAbsent(subject, _ -> new HashSet<>()).add(condition);
      }
    }
    uses.forEach((condition, many) -> {
      if (many > 1
          || condition.isOfOneNode()
          || condition.opposite().isOfOneNode()
          || condition.subjects().stream()
              .flatMap(subject -> about.getOrDefault(subject, Set.of()).stream())
              .anyMatch(other -> !other.equals(condition) && condition.bearsOn(other))) {
        recurring.add(condition);
      }
    });
  }

  void walk(Traveller traveller) {
    walk(Set.of(), traveller);
  }

  /**
   * The same.
   *
   * @param given conditions that hold from the start
   */
  void walk(Set<Condition> given, Traveller traveller) {
    new Walk(traveller, given).acts(way.acts(), Set.of(LockState.START));
  }

  /** One pass along the path. */
  private final class Walk {
    private final Traveller traveller;
    private final Set<Condition> given;

    Walk(Traveller traveller, Set<Condition> given) {
      this.traveller = traveller;
      this.given = given;
    }

    private Set<LockState> acts(List<ExecutionPath.PathNode> acts, Set<LockState> states) {
      Set<LockState> now = states;
      for (ExecutionPath.PathNode act : acts) {
        now = bounded(act(act, now));
      }
      return now;
    }

    private Set<LockState> act(ExecutionPath.PathNode act, Set<LockState> arriving) {
      Set<LockState> states = new LinkedHashSet<>();
      for (LockState state : arriving) {
        if (traveller.goesOn(act, state)) {
          states.add(state);
        }
      }
      return switch (act) {
        case ExecutionPath.TaskNode does -> registered(does.location().head().register(), states);
        case ExecutionPath.UnlockNode _ ->
            states.stream()
                .map(LockState::lettingGo)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        case ExecutionPath.ConditionalNode maybe -> perhaps(maybe, states);
        case ExecutionPath.LockedNode scope -> under(scope, states);
      };
    }

    /** After a step has registered a result again, nothing is known of it. */
    private Set<LockState> registered(@Nullable String result, Set<LockState> states) {
      return result == null
          ? states
          : states.stream()
              .map(state -> state.forgetting(result))
              .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private Set<LockState> perhaps(ExecutionPath.ConditionalNode maybe, Set<LockState> states) {
      Condition condition = maybe.condition();
      boolean recurs = recurring.contains(condition);
      Set<LockState> inside = new LinkedHashSet<>();
      Set<LockState> after = new LinkedHashSet<>();
      for (LockState state : states) {
        Optional<Boolean> decided =
            LockState.decided(condition, given).or(() -> state.decided(condition));
        boolean may = decided.orElse(true);
        boolean mayNot = !decided.orElse(false);
        if (may) {
          inside.add(recurs ? state.knowing(condition) : state);
        }
        if (mayNot) {
          after.add(recurs ? state.knowing(condition.opposite()) : state);
        }
      }
      if (!inside.isEmpty()) {
        after.addAll(acts(maybe.acts(), inside));
      }
      return after;
    }

    /** A lock that is held already is kept; one that was released is taken again. */
    private Set<LockState> under(ExecutionPath.LockedNode scope, Set<LockState> states) {
      Set<LockState> keeping = new LinkedHashSet<>();
      Set<LockState> taking = new LinkedHashSet<>();
      for (LockState state : states) {
        if (state.holds(scope.key())) {
          keeping.add(state);
        } else {
          taking.add(state.under(scope));
        }
      }
      Set<LockState> after = new LinkedHashSet<>();
      if (!keeping.isEmpty()) {
        after.addAll(acts(scope.acts(), keeping));
      }
      if (!taking.isEmpty()) {
        for (LockState state : acts(scope.acts(), taking)) {
          traveller.leaves(scope, state);
          after.add(state.leaving());
        }
      }
      return after;
    }

    private static Set<LockState> bounded(Set<LockState> states) {
      return states.size() <= MOST_STATES
          ? states
          : states.stream()
              .map(LockState::forgettingAll)
              .collect(Collectors.toCollection(LinkedHashSet::new));
    }
  }
}
