package io.rdpg.plan.proof;

import io.rdpg.plan.check.Way;
import io.rdpg.plan.diag.Code;
import io.rdpg.plan.model.Plan;
import io.rdpg.plan.model.Step;
import io.rdpg.plan.model.StepPath;
import io.rdpg.plan.model.Value;
import io.rdpg.plan.step.Thing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rules of one lock: taken once, held where it is needed, let go on every branch or none. */
final class LockUse {
  private final Faults faults;
  private final Map<StepPath, Scope> scopes = new LinkedHashMap<>();
  private final Map<StepPath, Set<String>> keys;

  private LockUse(Faults faults, Map<StepPath, Set<String>> keys) {
    this.faults = faults;
    this.keys = keys;
  }

  /** What all nodes' ways have shown of a lock's scope. */
  private static final class Scope {
    private final Way.Under first;
    private boolean heldAlways = true;
    private boolean letGo;
    private boolean kept;

    Scope(Way.Under first) {
      this.first = first;
    }
  }

  static void check(List<Way> ways, Faults faults) {
    LockUse use = new LockUse(faults, keys(ways));
    ways.forEach(way -> new Paths(way).walk(use.traveller()));
    use.scopes.values().forEach(use::judge);
  }

  private Paths.Traveller traveller() {
    return new Paths.Traveller() {
      @Override
      public boolean goesOn(Way.Act act, State state) {
        switch (act) {
          case Way.Does does -> changes(does, state);
          case Way.Under under -> scope(under).heldAlways &= state.holds(under.key());
          case Way.LetsGo _, Way.Maybe _ -> {}
        }
        return true;
      }

      @Override
      public void leaves(Way.Under under, State state) {
        boolean released = state.innermost().released();
        scope(under).letGo |= released;
        scope(under).kept |= !released;
      }
    };
  }

  private Scope scope(Way.Under under) {
    return scopes.computeIfAbsent(under.spot().path(), _ -> new Scope(under));
  }

  // --- a lock that is needed ---

  private void changes(Way.Does does, State state) {
    if (!(does.spot().step() instanceof Step.Task task) || !state.held().isEmpty()) {
      return;
    }
    if (state.letGo() && shared(task, does)) {
      State.Held lock = state.innermost();
      faults.tell(
          Code.LOCK_RELIED_ON_AFTER_RELEASE,
          does.spot(),
          "'%s' comes after the lock of %s was let go, and other nodes may be doing the same now"
              .formatted(does.spot().head().name(), Faults.named(lock.scope())),
          "do it before the release, or take a lock for it");
    } else if (task.primitive().equals("sql_exec")
        && does.spot().outwards().map(Way.Spot::plan).anyMatch(Plan::needsLock)) {
      faults.tell(
          Code.SQL_OUTSIDE_LOCK,
          does.spot(),
          "'%s' changes what other nodes change too, says %s with `needs_lock`, and no lock is held"
              .formatted(does.spot().head().name(), needing(does)),
          "include that plan in the steps of a consul_lock");
    }
  }

  private static String needing(Way.Does does) {
    return does.spot()
        .outwards()
        .map(Way.Spot::plan)
        .filter(Plan::needsLock)
        .findFirst()
        .map(Plan::fileName)
        .orElse("");
  }

  /** Whether it changes what other nodes change too, and can't tell when they were first. */
  private boolean shared(Step.Task task, Way.Does does) {
    return switch (task.primitive()) {
      case "sql_exec", "command" -> true;
      case "consul_kv" ->
          !given(task, "if_absent")
              && !given(task, "if_value")
              && keys.getOrDefault(does.spot().path(), Set.of()).size() == 1;
      default -> false;
    };
  }

  private static boolean given(Step.Task task, String argument) {
    return switch (task.arguments().get(argument)) {
      case null -> false;
      case Value.Nothing _ -> false;
      case Value.Bool bool -> bool.value();
      case Value _ -> true;
    };
  }

  /** The keys that a step writes on all nodes; one alone is the same for every node. */
  private static Map<StepPath, Set<String>> keys(List<Way> ways) {
    Map<StepPath, Set<String>> keys = new HashMap<>();
    if (ways.size() > 1) {
      ways.forEach(way -> keys(way.acts(), keys));
    }
    return keys;
  }

  private static void keys(List<Way.Act> acts, Map<StepPath, Set<String>> keys) {
    for (Way.Act act : acts) {
      switch (act) {
        case Way.Does does ->
            does.brings()
                .forEach(thing -> {
                  if (thing instanceof Thing.Key(String key)) {
                    keys.computeIfAbsent(does.spot().path(), _ -> new LinkedHashSet<>()).add(key);
                  }
                });
        case Way.Under under -> keys(under.acts(), keys);
        case Way.Maybe maybe -> keys(maybe.acts(), keys);
        case Way.LetsGo _ -> {}
      }
    }
  }

  // --- a scope as a whole ---

  private void judge(Scope scope) {
    Way.Spot spot = scope.first.spot();
    if (scope.heldAlways) {
      faults.tell(
          Code.LOCK_TAKEN_TWICE,
          spot,
          "'%s' takes lock %s, which is held here already, whichever way a node comes to it"
              .formatted(spot.head().name(), scope.first.key()),
          "leave the consul_lock out and keep its steps, or give it a key of its own");
    }
    if (scope.letGo && scope.kept && spot.step() instanceof Step.LockScope lock) {
      leftToABranch(spot, lock);
    }
  }

  private void leftToABranch(Way.Spot spot, Step.LockScope lock) {
    List<Step> letting = new ArrayList<>();
    List<Step> keeping = new ArrayList<>();
    for (Step branch : lock.steps()) {
      if (branch.head().when() != null) {
        (letsGo(branch) ? letting : keeping).add(branch);
      }
    }
    String does =
        letting.isEmpty() ? "is let go early on one path" : "is let go early by " + names(letting);
    String doesNot =
        keeping.isEmpty()
            ? "and on another it is held until the scope's end"
            : "but never by " + names(keeping) + ", which holds it until the scope's end";
    faults.tell(
        Code.LOCK_LEFT_TO_A_BRANCH,
        spot,
        "the lock of '%s' %s, %s".formatted(spot.head().name(), does, doesNot),
        "give every branch its `consul_lock: {release: true}`, or none");
  }

  private static boolean letsGo(Step step) {
    return step instanceof Step.Release || step.nested().stream().anyMatch(LockUse::letsGo);
  }

  private static String names(List<Step> steps) {
    return String.join(
        " and ", steps.stream().map(step -> "'" + step.head().name() + "'").toList());
  }
}
