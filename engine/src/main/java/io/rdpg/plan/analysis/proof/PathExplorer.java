package io.rdpg.plan.analysis.proof;

import io.rdpg.plan.analysis.check.ExecutionPath;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
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
    /** Comes to an act in some states; gives those of them in which it gets further. */
    Set<LockState> goesOn(ExecutionPath.PathNode act, Set<LockState> arriving);

    /**
     * Comes to the end of a lock's scope.
     *
     * @param state still inside; its innermost lock is the scope's
     */
    default void leaves(ExecutionPath.LockedNode scope, LockState state) {}
  }

  private final ExecutionPath way;
  private final Conditions conditions;

  /** The conditions on the path, by the place of their decision. */
  private final List<Integer> decisions = new ArrayList<>();

  private final IdentityHashMap<ExecutionPath.ConditionalNode, Integer> places =
      new IdentityHashMap<>();

  /** By the place of a decision, the conditions that are worth remembering after it. */
  private final List<BitSet> worth = new ArrayList<>();

  private PathExplorer(ExecutionPath way, Conditions conditions, boolean toTheEnd) {
    this.way = way;
    this.conditions = conditions;
    way.all()
        .forEach(act -> {
          if (act instanceof ExecutionPath.ConditionalNode maybe) {
            places.put(maybe, decisions.size());
            decisions.add(conditions.number(maybe.condition()));
            worth.add(new BitSet());
          }
        });
    remember(toTheEnd);
  }

  /**
   * Explores with what decides something later. Whoever looks at a state learns nothing from it of
   * conditions that decide nothing any more: the paths are the same, the states are fewer.
   */
  static PathExplorer of(ExecutionPath way, Conditions conditions) {
    return new PathExplorer(way, conditions, false);
  }

  /** The same, and each state keeps to the end what decided something, or is of one node. */
  static PathExplorer remembering(ExecutionPath way, Conditions conditions) {
    return new PathExplorer(way, conditions, true);
  }

  /**
   * A condition is worth remembering up to the last decision that it bears on; one that is
   * remembered to the end, after all of them too. Others are never remembered.
   */
  private void remember(boolean toTheEnd) {
    Map<Integer, Integer> last = new HashMap<>();
    Map<Integer, Integer> uses = new HashMap<>();
    Map<String, Set<Integer>> about = new HashMap<>();
    for (int place = 0; place < decisions.size(); place++) {
      int condition = decisions.get(place);
      last.put(condition, place);
      uses.merge(condition, 1, Integer::sum);
      for (String subject : conditions.at(condition).subjects()) {
        about.computeIfAbsent(subject, _ -> new HashSet<>()).add(condition);
      }
    }
    last.forEach((condition, own) -> {
      boolean recurs = Objects.requireNonNull(uses.get(condition)) > 1;
      int until =
          conditions.at(condition).subjects().stream()
              .flatMap(subject -> about.getOrDefault(subject, Set.of()).stream())
              .distinct()
              .filter(other -> !other.equals(condition) && conditions.bearsOn(condition, other))
              .mapToInt(other -> Objects.requireNonNull(last.get(other)))
              .max()
              .orElse(-1);
      if (toTheEnd && (conditions.at(condition).tellsOneNodeApart() || recurs || until >= 0)) {
        until = decisions.size();
      } else if (recurs) {
        until = Math.max(until, own);
      }
      for (int place = 0; place < until; place++) {
        worth.get(place).set(condition);
        worth.get(place).set(Conditions.opposite(condition));
      }
    });
  }

  void walk(Traveller traveller) {
    walk(Facts.NONE, traveller);
  }

  /**
   * The same.
   *
   * @param given conditions that hold from the start
   */
  void walk(Facts given, Traveller traveller) {
    new Walk(traveller, given).acts(way.acts(), Set.of(LockState.START));
  }

  /** One pass along the path. */
  private final class Walk {
    private final Traveller traveller;
    private final Facts given;

    Walk(Traveller traveller, Facts given) {
      this.traveller = traveller;
      this.given = given;
    }

    private Set<LockState> acts(List<ExecutionPath.PathNode> acts, Set<LockState> states) {
      Set<LockState> now = states;
      for (ExecutionPath.PathNode act : acts) {
        now = now.isEmpty() ? now : bounded(act(act, now));
      }
      return now;
    }

    private Set<LockState> act(ExecutionPath.PathNode act, Set<LockState> arriving) {
      Set<LockState> states = traveller.goesOn(act, arriving);
      return switch (act) {
        case ExecutionPath.TaskNode does -> registered(does.location().head().register(), states);
        case ExecutionPath.UnlockNode _ -> each(states, LockState::lettingGo);
        case ExecutionPath.ConditionalNode maybe -> perhaps(maybe, states);
        case ExecutionPath.LockedNode scope -> under(scope, states);
      };
    }

    /** After a step has registered a result again, nothing is known of it. */
    private Set<LockState> registered(@Nullable String result, Set<LockState> states) {
      if (result == null) {
        return states;
      }
      BitSet speaking = conditions.mentioning(result);
      return speaking.isEmpty() ? states : each(states, state -> state.forgetting(speaking));
    }

    private Set<LockState> perhaps(ExecutionPath.ConditionalNode maybe, Set<LockState> states) {
      int place = Objects.requireNonNull(places.get(maybe));
      int condition = decisions.get(place);
      BitSet needed = worth.get(place);
      boolean remembered = needed.get(condition);
      Optional<Boolean> always = conditions.decided(condition, given);
      Set<LockState> inside = new LinkedHashSet<>();
      Set<LockState> after = new LinkedHashSet<>();
      for (LockState state : states) {
        Optional<Boolean> decided =
            always.isPresent() ? always : conditions.decided(condition, state.facts());
        LockState left = state.keeping(needed);
        if (decided.orElse(true)) {
          inside.add(remembered ? left.knowing(condition) : left);
        }
        if (!decided.orElse(false)) {
          after.add(remembered ? left.knowing(Conditions.opposite(condition)) : left);
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
      return states.size() <= MOST_STATES ? states : each(states, LockState::forgettingAll);
    }

    private static Set<LockState> each(Set<LockState> states, UnaryOperator<LockState> change) {
      Set<LockState> changed = new LinkedHashSet<>();
      states.forEach(state -> changed.add(change.apply(state)));
      return changed;
    }
  }
}
