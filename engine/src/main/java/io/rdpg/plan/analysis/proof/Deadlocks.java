package io.rdpg.plan.analysis.proof;

import io.rdpg.plan.analysis.check.ExecutionPath;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.model.Node;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds waits under a lock for something that only a node waiting for this lock can do. For each
 * wait that a node may reach with a lock held, all others run as far as possible without that lock;
 * when no node produces what is waited for, none ever will. When one does, but not without another
 * lock, then that lock is needed under the first.
 */
final class Deadlocks {
  /** The maximum number of states in which a wait is checked. */
  private static final int MOST_STATES = 16;

  private final List<ExecutionPath> ways;
  private final LockOrder order;
  private final Conditions conditions;
  private final RuleViolations diagnostics;
  private final Producers producers;
  private final Map<String, PathExplorer> paths = new HashMap<>();
  private final Map<Situation, Reach> reached = new HashMap<>();
  private final IdentityHashMap<ExecutionPath.TaskNode, Set<ExecutionPath.TaskNode>> deciding =
      new IdentityHashMap<>();
  private final IdentityHashMap<ExecutionPath.TaskNode, Set<ExecutionPath.ConditionalNode>> around =
      new IdentityHashMap<>();

  /**
   * All on which it depends how far the nodes get. The states in which a wait is reached, and the
   * waits that follow each other, differ in it less than in what they are.
   *
   * @param done by the holder
   * @param waits through which the holder came
   * @param taken the locks that no other node can take
   * @param behind the other nodes' names
   * @param starts what is decided for other nodes from the start
   */
  private record Situation(
      Set<ExecutionPath.TaskNode> done,
      Set<ExecutionPath.TaskNode> waits,
      Set<String> taken,
      List<String> behind,
      Map<String, Facts> starts) {}

  private Deadlocks(
      List<ExecutionPath> ways,
      LockOrder order,
      Conditions conditions,
      RuleViolations diagnostics) {
    this.order = order;
    this.conditions = conditions;
    this.diagnostics = diagnostics;
    this.producers = new Producers(ways);
    this.ways = producers.decidingPaths();
  }

  private PathExplorer paths(ExecutionPath way) {
    return paths.computeIfAbsent(way.node().name(), _ -> PathExplorer.of(way, conditions));
  }

  /**
   * Checks some paths.
   *
   * @param order learns which locks are needed for what is waited for under others
   */
  static void check(
      List<ExecutionPath> ways,
      LockOrder order,
      Conditions conditions,
      RuleViolations diagnostics) {
    new Deadlocks(ways, order, conditions, diagnostics).check();
  }

  private void check() {
    for (ExecutionPath way : ways) {
      IdentityHashMap<ExecutionPath.PathNode, Integer> judged = new IdentityHashMap<>();
      // What the holder has done for certain is known by all that was decided.
      PathExplorer.remembering(way, conditions)
          .walk((act, states) -> {
            if (act instanceof ExecutionPath.TaskNode wait && WaitDependencies.known(wait)) {
              states.stream()
                  .filter(LockState::holdsAny)
                  .takeWhile(_ -> judged.merge(act, 1, Integer::sum) <= MOST_STATES)
                  .forEach(state -> judge(way, wait, state));
            }
            return states;
          });
    }
  }

  private void judge(ExecutionPath holder, ExecutionPath.TaskNode wait, LockState state) {
    List<ExecutionPath.TaskNode> who = producers.of(wait);
    if (who.isEmpty()) {
      return; // it is produced outside of the plan
    }
    List<ExecutionPath> behind = new ArrayList<>(producers.behind(wait));
    behind.removeIf(way -> way.node().equals(holder.node()));
    Set<String> held = new HashSet<>(state.held());
    WaitingHolder waiting =
        new WaitingHolder(
            holder,
            wait,
            state,
            around.computeIfAbsent(wait, _ -> WaitingHolder.around(wait, holder)),
            deciding.computeIfAbsent(wait, producers::deciding),
            conditions);
    for (Map<String, Facts> starts : scenarios(holder, behind, state)) {
      Reach reach = reach(waiting, behind, held, starts);
      if (!reach.brought(wait)) {
        diagnostics.report(
            Code.WAIT_UNDER_LOCK,
            wait.location(),
            ("'%s' waits, with lock %s held, for what %s produces, and no other node reaches"
                    + " that step without this lock")
                .formatted(
                    wait.location().head().name(),
                    state.held().getLast(),
                    RuleViolations.named(who.getFirst().location())),
            "release the lock before the wait with `consul_lock: {release: true}`, or wait outside"
                + " of its scope");
        return;
      }
      for (String lock : reach.passed) {
        Set<String> more = new HashSet<>(held);
        more.add(lock);
        if (!reach(waiting, behind, more, starts).brought(wait)) {
          order.needs(state, lock, wait.location(), "waits for a step that needs lock");
        }
      }
    }
  }

  private Reach reach(
      WaitingHolder holder,
      List<ExecutionPath> behind,
      Set<String> taken,
      Map<String, Facts> starts) {
    List<String> others = behind.stream().map(way -> way.node().name()).toList();
    return reached.computeIfAbsent(
        new Situation(holder.done(), holder.waits(), taken, others, starts),
        _ -> new Reach(holder, behind, taken, starts));
  }

  /**
   * How the other nodes may set out. Of what holds on one node at most, and was decided on the
   * holder's path, each of the others is given it in turn.
   *
   * @param behind the paths that are distinguished
   */
  private Set<Map<String, Facts>> scenarios(
      ExecutionPath holder, List<ExecutionPath> behind, LockState state) {
    Set<Map<String, Facts>> scenarios = new LinkedHashSet<>();
    List<String> others = peers(holder, ways);
    List<String> scenario = peers(holder, behind);
    state
        .facts()
        .forEach(fact -> {
          int opposite = Conditions.opposite(fact);
          if (conditions.at(fact).isOfOneNode()) {
            scenarios.add(starts(scenario, fact, null));
          } else if (conditions.at(opposite).isOfOneNode()) {
            others.forEach(chosen -> scenarios.add(starts(scenario, opposite, chosen)));
          }
        });
    return scenarios.isEmpty() ? Set.of(Map.of()) : scenarios;
  }

  /** The names of those nodes that are of the holder's cluster, but for itself. */
  private static List<String> peers(ExecutionPath holder, List<ExecutionPath> ways) {
    return ways.stream()
        .map(ExecutionPath::node)
        .filter(node -> peers(node, holder.node()))
        .map(Node::name)
        .toList();
  }

  private static boolean peers(Node one, Node other) {
    return !one.name().equals(other.name())
        && one.cluster() != null
        && other.cluster() != null
        && one.cluster().id().equals(other.cluster().id());
  }

  private static Map<String, Facts> starts(
      List<String> others, int condition, @Nullable String chosen) {
    Facts holds = Facts.NONE.with(condition);
    Facts not = Facts.NONE.with(Conditions.opposite(condition));
    Map<String, Facts> starts = new HashMap<>();
    others.forEach(node -> starts.put(node, node.equals(chosen) ? holds : not));
    return starts;
  }

  /** What all nodes can do while one holds its locks at a wait. */
  private final class Reach {
    private final WaitingHolder holder;
    private final Set<String> taken;
    private final Set<ExecutionPath.TaskNode> done;

    /** The locks that others took on their paths. */
    private final Set<String> passed = new LinkedHashSet<>();

    /** By a node's name, the waits that it can't get through yet. */
    private final Map<String, Set<ExecutionPath.TaskNode>> waiting = new HashMap<>();

    /** Those of the path that is explored. */
    private Set<ExecutionPath.TaskNode> unended = Set.of();

    /**
     * All that can be done.
     *
     * @param behind the other nodes' paths that may produce it
     * @param taken the locks that no other node can take
     * @param starts what is decided for other nodes from the start
     */
    Reach(
        WaitingHolder holder,
        List<ExecutionPath> behind,
        Set<String> taken,
        Map<String, Facts> starts) {
      this.holder = holder;
      this.taken = taken;
      this.done = holder.done();
      List<ExecutionPath> freed = behind;
      while (!freed.isEmpty()) {
        freed.forEach(way -> goAsFarAsPossible(way, starts));
        freed = behind.stream().filter(this::getsFurther).toList();
      }
    }

    private boolean getsFurther(ExecutionPath way) {
      return Objects.requireNonNull(waiting.get(way.node().name())).stream()
          .anyMatch(this::brought);
    }

    private void goAsFarAsPossible(ExecutionPath way, Map<String, Facts> starts) {
      String node = way.node().name();
      unended = Collections.newSetFromMap(new IdentityHashMap<>());
      paths(way).walk(starts.getOrDefault(node, Facts.NONE), this::goesOn);
      waiting.put(node, unended);
    }

    /** As far as a node gets that doesn't hold the locks. */
    private Set<LockState> goesOn(ExecutionPath.PathNode act, Set<LockState> states) {
      return switch (act) {
        case ExecutionPath.TaskNode does -> {
          if (does.awaits() != null && !brought(does)) {
            unended.add(does);
            yield Set.of();
          }
          done.add(does);
          yield states;
        }
        case ExecutionPath.LockedNode under when taken.contains(under.key()) ->
            states.stream()
                .filter(state -> state.holds(under.key()))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        case ExecutionPath.LockedNode under -> {
          passed.add(under.key());
          yield states;
        }
        case ExecutionPath.UnlockNode _, ExecutionPath.ConditionalNode _ -> states;
      };
    }

    /** Whether what a step waits for may have been produced. */
    boolean brought(ExecutionPath.TaskNode wait) {
      return producers.needed(wait).by(done) || holder.cameThroughOneLike(wait);
    }
  }
}
