package io.rdpg.plan.analysis.proof;

import io.rdpg.plan.analysis.check.ExecutionPath;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Explores a node's execution paths: both with and without what a condition decides, but never
 * through a condition and its opposite.
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

  /** The conditions that are worth remembering. */
  private final Set<String> recurring;

  /** By the name of a result, the recurring conditions that speak of it. */
  private final Map<String, Set<String>> mentions = new HashMap<>();

  PathExplorer(ExecutionPath way) {
    this.way = way;
    Map<String, Integer> uses = new HashMap<>();
    count(way.acts(), uses);
    this.recurring =
        uses.entrySet().stream()
            .filter(use -> use.getValue() > 1 || ExecutionPath.Condition.ofOneNode(use.getKey()))
            .map(Map.Entry::getKey)
            .collect(Collectors.toSet());
  }

  void walk(Traveller traveller) {
    walk(Map.of(), traveller);
  }

  /**
   * The same.
   *
   * @param given conditions that are decided from the start, by their text
   */
  void walk(Map<String, Boolean> given, Traveller traveller) {
    new Walk(traveller, given).acts(way.acts(), Set.of(LockState.START));
  }

  private static void count(List<ExecutionPath.PathNode> acts, Map<String, Integer> uses) {
    for (ExecutionPath.PathNode act : acts) {
      switch (act) {
        case ExecutionPath.ConditionalNode maybe -> {
          uses.merge(maybe.condition().text(), 1, Integer::sum);
          count(maybe.acts(), uses);
        }
        case ExecutionPath.LockedNode scope -> count(scope.acts(), uses);
        case ExecutionPath.TaskNode _, ExecutionPath.UnlockNode _ -> {}
      }
    }
  }

  private Set<String> mentioning(String result) {
    Pattern mention = Pattern.compile("\\b" + Pattern.quote(result) + "\\b");
    return recurring.stream()
        .filter(text -> mention.matcher(text).find())
        .collect(Collectors.toSet());
  }

  /** One pass along the path. */
  private final class Walk {
    private final Traveller traveller;
    private final Map<String, Boolean> given;

    Walk(Traveller traveller, Map<String, Boolean> given) {
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
      if (result == null) {
        return states;
      }
      Set<String> texts = mentions.computeIfAbsent(result, PathExplorer.this::mentioning);
      return texts.isEmpty()
          ? states
          : states.stream()
              .map(state -> state.forgetting(texts))
              .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private Set<LockState> perhaps(ExecutionPath.ConditionalNode maybe, Set<LockState> states) {
      ExecutionPath.Condition condition = maybe.condition();
      boolean recurs = recurring.contains(condition.text());
      Set<LockState> inside = new LinkedHashSet<>();
      Set<LockState> after = new LinkedHashSet<>();
      for (LockState state : states) {
        Optional<Boolean> decided =
            Optional.ofNullable(given.get(condition.text()))
                .map(fact -> fact == condition.holds())
                .or(() -> state.decided(condition));
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
