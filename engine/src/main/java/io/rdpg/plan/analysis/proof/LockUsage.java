package io.rdpg.plan.analysis.proof;

import io.rdpg.plan.analysis.check.ExecutionPath;
import io.rdpg.plan.interpret.StepLocation;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.model.StepPath;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.step.Args;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.step.Resource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** The rules of one lock: taken once, held where it is needed, released on every branch or none. */
final class LockUsage {
  private final Map<String, Primitive<?>> primitives;
  private final RuleViolations diagnostics;
  private final Map<StepPath, Scope> scopes = new LinkedHashMap<>();
  private final Map<StepPath, Set<String>> keys;

  private LockUsage(
      Map<String, Primitive<?>> primitives,
      RuleViolations diagnostics,
      Map<StepPath, Set<String>> keys) {
    this.primitives = primitives;
    this.diagnostics = diagnostics;
    this.keys = keys;
  }

  /** What all nodes' paths have shown of a lock's scope. */
  private static final class Scope {
    private final ExecutionPath.LockedNode first;
    private boolean heldAlways = true;
    private boolean released;
    private boolean kept;

    Scope(ExecutionPath.LockedNode first) {
      this.first = first;
    }
  }

  static void check(
      List<ExecutionPath> ways,
      List<PathExplorer> explorers,
      Map<String, Primitive<?>> primitives,
      RuleViolations diagnostics) {
    LockUsage use = new LockUsage(primitives, diagnostics, keys(ways));
    explorers.forEach(explorer -> explorer.walk(use.traveller()));
    use.scopes.values().forEach(use::judge);
  }

  private PathExplorer.Traveller traveller() {
    return new PathExplorer.Traveller() {
      @Override
      public Set<LockState> goesOn(ExecutionPath.PathNode act, Set<LockState> states) {
        switch (act) {
          case ExecutionPath.TaskNode does -> states.forEach(state -> changes(does, state));
          case ExecutionPath.LockedNode under ->
              scope(under).heldAlways &=
                  states.stream().allMatch(state -> state.holds(under.key()));
          case ExecutionPath.UnlockNode _, ExecutionPath.ConditionalNode _ -> {}
        }
        return states;
      }

      @Override
      public void leaves(ExecutionPath.LockedNode under, LockState state) {
        boolean released = state.innermost().released();
        scope(under).released |= released;
        scope(under).kept |= !released;
      }
    };
  }

  private Scope scope(ExecutionPath.LockedNode under) {
    return scopes.computeIfAbsent(under.location().path(), _ -> new Scope(under));
  }

  // --- a lock that is needed ---

  private void changes(ExecutionPath.TaskNode does, LockState state) {
    if (!(does.location().step() instanceof Step.Task task) || state.holdsAny()) {
      return;
    }
    if (state.released() && shared(task, does)) {
      LockState.Held lock = state.innermost();
      diagnostics.report(
          Code.LOCK_RELIED_ON_AFTER_RELEASE,
          does.location(),
          "'%s' comes after the release of the lock of %s, and other nodes may run it at the same time"
              .formatted(does.location().head().name(), RuleViolations.named(lock.scope())),
          "do it before the release, or take a lock for it");
    } else if (mayRunSql(task)
        && does.location().outwards().map(StepLocation::plan).anyMatch(Plan::needsLock)) {
      diagnostics.report(
          Code.SQL_OUTSIDE_LOCK,
          does.location(),
          "'%s' changes what other nodes change too, according to `needs_lock` of %s, and no lock is held"
              .formatted(does.location().head().name(), needing(does)),
          "include that plan in the steps of a consul_lock");
    }
  }

  private static String needing(ExecutionPath.TaskNode does) {
    return does.location()
        .outwards()
        .map(StepLocation::plan)
        .filter(Plan::needsLock)
        .findFirst()
        .map(Plan::fileName)
        .orElse("");
  }

  /** Whether it changes what other nodes change too, without a compare-and-set. */
  private boolean shared(Step.Task task, ExecutionPath.TaskNode does) {
    return changes(task)
        .anyMatch(thing ->
            switch (thing) {
              case Resource.InPostgres _, Resource.Anything _ -> true;
              case Resource.Key _ ->
                  primitive(task)
                          .signature()
                          .given(Signature.Role.PRECONDITION, task.arguments())
                          .findAny()
                          .isEmpty()
                      && keys.getOrDefault(does.location().path(), Set.of()).size() == 1;
              case Resource.File _,
                  Resource.Service _,
                  Resource.Member _,
                  Resource.RegisteredAs _,
                  Resource.Running _,
                  Resource.Settings _ ->
                  false;
            });
  }

  /** Whether it runs SQL, or may: of all that may do anything only commands surely don't. */
  private boolean mayRunSql(Step.Task task) {
    boolean command = primitive(task).signature().category() == Signature.Category.COMMAND;
    return changes(task)
        .anyMatch(thing ->
            thing instanceof Resource.InPostgres
                || (thing instanceof Resource.Anything && !command));
  }

  private Primitive<?> primitive(Step.Task task) {
    return Objects.requireNonNull(primitives.get(task.primitive()));
  }

  /** What a step may change, by the words of its primitive. */
  private Stream<Resource> changes(Step.Task task) {
    Args nothing = new Args(Value.Mapping.empty(task.arguments().at()));
    return primitive(task).mayTouch(nothing).stream();
  }

  /** The keys that a step writes on all nodes; one alone is the same for every node. */
  private static Map<StepPath, Set<String>> keys(List<ExecutionPath> ways) {
    Map<StepPath, Set<String>> keys = new HashMap<>();
    if (ways.size() > 1) {
      ways.stream().flatMap(ExecutionPath::tasks).forEach(does -> keys(does, keys));
    }
    return keys;
  }

  private static void keys(ExecutionPath.TaskNode does, Map<StepPath, Set<String>> keys) {
    for (Resource thing : does.produces()) {
      if (thing instanceof Resource.Key(String key)) {
        keys.computeIfAbsent(does.location().path(), _ -> new LinkedHashSet<>()).add(key);
      }
    }
  }

  // --- a scope as a whole ---

  private void judge(Scope scope) {
    StepLocation location = scope.first.location();
    if (scope.heldAlways) {
      diagnostics.report(
          Code.LOCK_TAKEN_TWICE,
          location,
          "'%s' takes lock %s, which is already held here on every execution path"
              .formatted(location.head().name(), scope.first.key()),
          "remove the consul_lock and keep its steps, or give it a key of its own");
    }
    if (scope.released && scope.kept && location.step() instanceof Step.LockScope lock) {
      leftToABranch(location, lock);
    }
  }

  private void leftToABranch(StepLocation location, Step.LockScope lock) {
    List<Step> letting = new ArrayList<>();
    List<Step> keeping = new ArrayList<>();
    for (Step branch : lock.steps()) {
      if (branch.head().when() != null) {
        (letsGo(branch) ? letting : keeping).add(branch);
      }
    }
    String does =
        letting.isEmpty()
            ? "is released early on one path"
            : "is released early by " + names(letting);
    String doesNot =
        keeping.isEmpty()
            ? "and on another it is held until the scope's end"
            : "but never by " + names(keeping) + ", which holds it until the scope's end";
    diagnostics.report(
        Code.LOCK_LEFT_TO_A_BRANCH,
        location,
        "the lock of '%s' %s, %s".formatted(location.head().name(), does, doesNot),
        "give every branch its `consul_lock: {release: true}`, or none");
  }

  private static boolean letsGo(Step step) {
    return step.withNested().anyMatch(Step.Release.class::isInstance);
  }

  private static String names(List<Step> steps) {
    return String.join(
        " and ", steps.stream().map(step -> "'" + step.head().name() + "'").toList());
  }
}
