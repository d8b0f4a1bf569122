package io.rdpg.plan.proof;

import io.rdpg.plan.check.Way;
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
 * Walks a node's way on every path: both with and without what a condition decides, but never
 * through a condition and its opposite.
 */
final class Paths {
  /** With more states than these, conditions are forgotten: more paths are seen than there are. */
  private static final int MOST_STATES = 512;

  /** Is told of every state in which the node may come to each act. */
  interface Traveller {
    /** Comes to an act; false when it gets no further in this state. */
    boolean goesOn(Way.Act act, State state);

    /**
     * Comes to the end of a lock's scope.
     *
     * @param state still inside; its innermost lock is the scope's
     */
    default void leaves(Way.Under scope, State state) {}
  }

  private final Way way;

  /** The conditions that are worth remembering. */
  private final Set<String> recurring;

  /** By the name of a result, the recurring conditions that speak of it. */
  private final Map<String, Set<String>> mentions = new HashMap<>();

  Paths(Way way) {
    this.way = way;
    Map<String, Integer> uses = new HashMap<>();
    count(way.acts(), uses);
    this.recurring =
        uses.entrySet().stream()
            .filter(use -> use.getValue() > 1 || Way.Condition.ofOneNode(use.getKey()))
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
    new Walk(traveller, given).acts(way.acts(), Set.of(State.START));
  }

  private static void count(List<Way.Act> acts, Map<String, Integer> uses) {
    for (Way.Act act : acts) {
      switch (act) {
        case Way.Maybe maybe -> {
          uses.merge(maybe.condition().text(), 1, Integer::sum);
          count(maybe.acts(), uses);
        }
        case Way.Under scope -> count(scope.acts(), uses);
        case Way.Does _, Way.LetsGo _ -> {}
      }
    }
  }

  private Set<String> mentioning(String result) {
    Pattern mention = Pattern.compile("\\b" + Pattern.quote(result) + "\\b");
    return recurring.stream()
        .filter(text -> mention.matcher(text).find())
        .collect(Collectors.toSet());
  }

  /** One time along the way. */
  private final class Walk {
    private final Traveller traveller;
    private final Map<String, Boolean> given;

    Walk(Traveller traveller, Map<String, Boolean> given) {
      this.traveller = traveller;
      this.given = given;
    }

    private Set<State> acts(List<Way.Act> acts, Set<State> states) {
      Set<State> now = states;
      for (Way.Act act : acts) {
        now = bounded(act(act, now));
      }
      return now;
    }

    private Set<State> act(Way.Act act, Set<State> arriving) {
      Set<State> states = new LinkedHashSet<>();
      for (State state : arriving) {
        if (traveller.goesOn(act, state)) {
          states.add(state);
        }
      }
      return switch (act) {
        case Way.Does does -> registered(does.spot().head().register(), states);
        case Way.LetsGo _ ->
            states.stream()
                .map(State::lettingGo)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        case Way.Maybe maybe -> perhaps(maybe, states);
        case Way.Under scope -> under(scope, states);
      };
    }

    /** After a step has registered a result anew, nothing is known of it. */
    private Set<State> registered(@Nullable String result, Set<State> states) {
      if (result == null) {
        return states;
      }
      Set<String> texts = mentions.computeIfAbsent(result, Paths.this::mentioning);
      return texts.isEmpty()
          ? states
          : states.stream()
              .map(state -> state.forgetting(texts))
              .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private Set<State> perhaps(Way.Maybe maybe, Set<State> states) {
      Way.Condition condition = maybe.condition();
      boolean recurs = recurring.contains(condition.text());
      Set<State> inside = new LinkedHashSet<>();
      Set<State> after = new LinkedHashSet<>();
      for (State state : states) {
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

    /** A lock that is held already is kept; one that was let go is taken again. */
    private Set<State> under(Way.Under scope, Set<State> states) {
      Set<State> keeping = new LinkedHashSet<>();
      Set<State> taking = new LinkedHashSet<>();
      for (State state : states) {
        if (state.holds(scope.key())) {
          keeping.add(state);
        } else {
          taking.add(state.under(scope));
        }
      }
      Set<State> after = new LinkedHashSet<>();
      if (!keeping.isEmpty()) {
        after.addAll(acts(scope.acts(), keeping));
      }
      if (!taking.isEmpty()) {
        for (State state : acts(scope.acts(), taking)) {
          traveller.leaves(scope, state);
          after.add(state.leaving());
        }
      }
      return after;
    }

    private static Set<State> bounded(Set<State> states) {
      return states.size() <= MOST_STATES
          ? states
          : states.stream()
              .map(State::forgettingAll)
              .collect(Collectors.toCollection(LinkedHashSet::new));
    }
  }
}
