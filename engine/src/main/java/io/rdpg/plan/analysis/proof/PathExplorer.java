package io.rdpg.plan.analysis.proof;

import io.rdpg.plan.analysis.check.ExecutionPath;
import io.rdpg.plan.language.template.Condition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
  private final Decisions decisions;

  /** The conditions on the path, by the place of their decision. */
  private final List<Condition> conditions = new ArrayList<>();

  private final IdentityHashMap<ExecutionPath.ConditionalNode, Integer> places =
      new IdentityHashMap<>();

  /**
   * Up to which place a condition is worth remembering: that of the last decision that it bears on,
   * and for one that is remembered to the end, that after all of them. Others are never remembered.
   */
  private final Map<Condition, Integer> worth = new HashMap<>();

  private PathExplorer(ExecutionPath way, Decisions decisions, boolean toTheEnd) {
    this.way = way;
    this.decisions = decisions;
    way.all()
        .forEach(act -> {
          if (act instanceof ExecutionPath.ConditionalNode maybe) {
            places.put(maybe, conditions.size());
            conditions.add(decisions.same(maybe.condition()));
          }
        });
    remember(toTheEnd);
  }

  /**
   * Explores with what decides something later. Whoever looks at a state learns nothing from it of
   * conditions that decide nothing any more: the paths are the same, the states are fewer.
   */
  static PathExplorer of(ExecutionPath way, Decisions decisions) {
    return new PathExplorer(way, decisions, false);
  }

  /** The same, and each state keeps to the end what decided something, or is of one node. */
  static PathExplorer remembering(ExecutionPath way, Decisions decisions) {
    return new PathExplorer(way, decisions, true);
  }

  private void remember(boolean toTheEnd) {
    Map<Condition, Integer> last = new HashMap<>();
    Map<Condition, Integer> uses = new HashMap<>();
    Map<String, Set<Condition>> about = new HashMap<>();
    for (int place = 0; place < conditions.size(); place++) {
      Condition condition = conditions.get(place);
      last.put(condition, place);
      uses.merge(condition, 1, Integer::sum);
      for (String subject : condition.subjects()) {
        about.computeIfAbsent(subject, _ -> new HashSet<>()).add(condition);
      }
    }
    last.forEach((condition, own) -> {
      boolean ofOneNode = condition.isOfOneNode() || condition.opposite().isOfOneNode();
      boolean recurs = Objects.requireNonNull(uses.get(condition)) > 1;
      int until =
          condition.subjects().stream()
              .flatMap(subject -> about.getOrDefault(subject, Set.of()).stream())
              .distinct()
              .filter(other -> !other.equals(condition) && condition.bearsOn(other))
              .mapToInt(other -> Objects.requireNonNull(last.get(other)))
              .max()
              .orElse(-1);
      if (toTheEnd && (ofOneNode || recurs || until >= 0)) {
        until = conditions.size();
      } else if (recurs) {
        until = Math.max(until, own);
      }
      worth.merge(condition, until, Math::max); // one may be the opposite of another
      worth.merge(condition.opposite(), until, Math::max);
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
      Set<LockState> states = goingOn(act, arriving);
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

    private Set<LockState> goingOn(ExecutionPath.PathNode act, Set<LockState> arriving) {
      Set<LockState> stopped = new HashSet<>();
      for (LockState state : arriving) {
        if (!traveller.goesOn(act, state)) {
          stopped.add(state);
        }
      }
      if (stopped.isEmpty()) {
        return arriving;
      }
      Set<LockState> left = new LinkedHashSet<>(arriving);
      left.removeAll(stopped);
      return left;
    }

    /** After a step has registered a result again, nothing is known of it. */
    private Set<LockState> registered(@Nullable String result, Set<LockState> states) {
      return result == null || states.stream().noneMatch(state -> state.mentions(result))
          ? states
          : states.stream()
              .map(state -> state.forgetting(result))
              .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private Set<LockState> perhaps(ExecutionPath.ConditionalNode maybe, Set<LockState> states) {
      int place = Objects.requireNonNull(places.get(maybe));
      Condition condition = conditions.get(place);
      Set<LockState> inside = new LinkedHashSet<>();
      Set<LockState> after = new LinkedHashSet<>();
      for (LockState state : states) {
        Optional<Boolean> decided =
            decisions
                .decided(condition, given)
                .or(() -> decisions.decided(condition, state.facts()));
        LockState left = state.keeping(fact -> worthAfter(place, fact));
        boolean may = decided.orElse(true);
        boolean mayNot = !decided.orElse(false);
        if (may) {
          inside.add(worthAfter(place, condition) ? left.knowing(condition) : left);
        }
        if (mayNot) {
          after.add(worthAfter(place, condition) ? left.knowing(condition.opposite()) : left);
        }
      }
      if (!inside.isEmpty()) {
        after.addAll(acts(maybe.acts(), inside));
      }
      return after;
    }

    private boolean worthAfter(int place, Condition fact) {
      return worth.getOrDefault(fact, -1) > place;
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
