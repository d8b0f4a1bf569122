package io.rdpg.plan.analysis.proof;

import io.rdpg.plan.analysis.check.ExecutionPath;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.step.AwaitedState;
import io.rdpg.plan.step.Resource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds which steps may produce what others wait for, and so the paths that a wait depends on. Most
 * paths are independent of it, such as those of other clusters: so many clusters cost no more than
 * each of them.
 */
final class Producers {
  private static final BitSet NONE = new BitSet();

  private final List<ExecutionPath> ways;

  /** In the order of the paths. */
  private final List<ExecutionPath.TaskNode> steps = new ArrayList<>();

  /** By a step's number that of its path. */
  private final List<Integer> wayOf = new ArrayList<>();

  // The numbers of steps that produce something: under a name that is one for all nodes, at
  // one node, and at a node or under a name that may be any.
  private final Map<Resource, BitSet> named = new HashMap<>();
  private final Map<String, BitSet> at = new HashMap<>();
  private final BitSet anywhere = new BitSet();

  private final IdentityHashMap<ExecutionPath.TaskNode, BitSet> found = new IdentityHashMap<>();
  private final IdentityHashMap<ExecutionPath.TaskNode, Needed> needed = new IdentityHashMap<>();
  private final IdentityHashMap<ExecutionPath.TaskNode, List<ExecutionPath>> behind =
      new IdentityHashMap<>();

  private final List<ExecutionPath> decidingPaths;

  /** By a path's number those of the steps that may produce what it waits for. */
  private final List<BitSet> awaitedBy = new ArrayList<>();

  Producers(List<ExecutionPath> ways) {
    this.ways = List.copyOf(ways);
    for (int way = 0; way < ways.size(); way++) {
      ways.get(way).tasks().forEach(steps::add);
      while (wayOf.size() < steps.size()) {
        note(steps.get(wayOf.size()), wayOf.size());
        wayOf.add(way);
      }
    }
    BitSet awaited = new BitSet();
    for (int way = 0, step = 0; way < ways.size(); way++) {
      BitSet ofPath = new BitSet();
      for (; step < steps.size() && wayOf.get(step) == way; step++) {
        if (steps.get(step).awaits() != null) {
          ofPath.or(numbers(steps.get(step)));
        }
      }
      awaitedBy.add(ofPath);
      awaited.or(ofPath);
    }
    Set<ExecutionPath.TaskNode> wanted = steps(awaited);
    this.decidingPaths = ways.stream().map(way -> deciding(way, wanted)).toList();
  }

  private void note(ExecutionPath.TaskNode step, int number) {
    for (Resource thing : step.produces()) {
      if (step.at().isEmpty() || (thing.shared() && !one(thing))) {
        anywhere.set(number);
      } else {
        at.computeIfAbsent(step.at(), _ -> new BitSet()).set(number);
        named.computeIfAbsent(thing, _ -> new BitSet()).set(number);
      }
    }
  }

  /** Whether a shared resource's name doesn't stand for others too. */
  private static boolean one(Resource thing) {
    String name =
        switch (thing) {
          case Resource.Key(String key) -> key;
          case Resource.Service(String service) -> service;
          case Resource.Member(String member) -> member;
          case Resource.File _,
              Resource.InPostgres _,
              Resource.RegisteredAs _,
              Resource.Running _,
              Resource.Settings _,
              Resource.Anything _ ->
              "";
        };
    return !name.isEmpty() && !name.endsWith("/");
  }

  /** The steps that may produce what one waits for, in the order of the paths. */
  List<ExecutionPath.TaskNode> of(ExecutionPath.TaskNode wait) {
    return numbers(wait).stream().mapToObj(steps::get).toList();
  }

  /**
   * What has to be done before a wait can end.
   *
   * @param steps each of them may produce it
   * @param nodes at each of these it must be
   * @param least at so many nodes it must be
   */
  record Needed(List<ExecutionPath.TaskNode> steps, Set<String> nodes, long least) {
    boolean by(Set<ExecutionPath.TaskNode> done) {
      Set<String> at = new HashSet<>();
      for (ExecutionPath.TaskNode step : steps) {
        if (done.contains(step)) {
          at.add(step.at());
        }
      }
      return at.size() >= least && at.containsAll(nodes);
    }
  }

  /** Where nothing in the plan could produce it, it is assumed to come from outside. */
  Needed needed(ExecutionPath.TaskNode wait) {
    return needed.computeIfAbsent(
        wait,
        _ -> {
          AwaitedState awaited = Objects.requireNonNull(wait.awaits());
          List<ExecutionPath.TaskNode> steps = of(wait);
          Set<String> can =
              steps.stream().map(ExecutionPath.TaskNode::at).collect(Collectors.toSet());
          Set<String> nodes =
              ways.stream()
                  .map(ExecutionPath::node)
                  .filter(node -> awaited.addresses().contains(node.address()))
                  .map(Node::name)
                  .filter(can::contains)
                  .collect(Collectors.toSet());
          return new Needed(steps, nodes, Math.min(awaited.least(), can.size()));
        });
  }

  private BitSet numbers(ExecutionPath.TaskNode wait) {
    return found.computeIfAbsent(
        wait,
        _ -> {
          BitSet numbers = candidates(wait);
          for (int i = numbers.nextSetBit(0); i >= 0; i = numbers.nextSetBit(i + 1)) {
            numbers.set(i, WaitDependencies.may(steps.get(i), wait));
          }
          return numbers;
        });
  }

  /** The candidates, without checking each. */
  private BitSet candidates(ExecutionPath.TaskNode wait) {
    Set<Resource> seen = Objects.requireNonNull(wait.awaits()).things();
    BitSet numbers = new BitSet(steps.size());
    if (wait.at().isEmpty() || seen.stream().anyMatch(thing -> thing.shared() && !one(thing))) {
      numbers.set(0, steps.size());
      return numbers;
    }
    numbers.or(anywhere);
    numbers.or(at.getOrDefault(wait.at(), NONE));
    seen.stream()
        .filter(Resource::shared)
        .forEach(thing -> numbers.or(named.getOrDefault(thing, NONE)));
    return numbers;
  }

  /**
   * The paths that decide whether what a step waits for is produced: those that produce it, those
   * that produce what these wait for, and so on. In their order.
   */
  List<ExecutionPath> behind(ExecutionPath.TaskNode wait) {
    return behind.computeIfAbsent(wait, this::pathsBehind);
  }

  private List<ExecutionPath> pathsBehind(ExecutionPath.TaskNode wait) {
    return numbersBehind(wait).stream().mapToObj(decidingPaths::get).toList();
  }

  private BitSet numbersBehind(ExecutionPath.TaskNode wait) {
    BitSet reached = waysOf(numbers(wait));
    BitSet fresh = (BitSet) reached.clone();
    while (!fresh.isEmpty()) {
      int way = fresh.nextSetBit(0);
      BitSet more = waysOf(awaitedBy.get(way));
      more.andNot(reached);
      reached.or(more);
      fresh.or(more);
      fresh.clear(way);
    }
    return reached;
  }

  /**
   * The steps, in a set by identity, on which it depends whether what a step waits for is produced:
   * those that may produce it, or what a wait on a path {@link #behind} it waits for.
   */
  Set<ExecutionPath.TaskNode> deciding(ExecutionPath.TaskNode wait) {
    BitSet deciding = (BitSet) numbers(wait).clone();
    numbersBehind(wait).stream().mapToObj(awaitedBy::get).forEach(deciding::or);
    return steps(deciding);
  }

  private Set<ExecutionPath.TaskNode> steps(BitSet numbers) {
    Set<ExecutionPath.TaskNode> some = Collections.newSetFromMap(new IdentityHashMap<>());
    numbers.stream().forEach(number -> some.add(steps.get(number)));
    return some;
  }

  /**
   * Of each path what may decide how far nodes get: waits, what any of them may wait for, and
   * conditions that hold on one node only. Also steps that register a result again, after which
   * conditions on it are open.
   */
  List<ExecutionPath> decidingPaths() {
    return decidingPaths;
  }

  private static ExecutionPath deciding(ExecutionPath way, Set<ExecutionPath.TaskNode> awaited) {
    Set<String> seen = new HashSet<>();
    Set<String> again =
        way.tasks()
            .flatMap(step -> Stream.ofNullable(step.location().head().register()))
            .filter(result -> !seen.add(result))
            .collect(Collectors.toSet());
    return way.only(act ->
        switch (act) {
          case ExecutionPath.TaskNode step ->
              step.awaits() != null
                  || awaited.contains(step)
                  || Stream.ofNullable(step.location().head().register()).anyMatch(again::contains);
          case ExecutionPath.ConditionalNode maybe -> maybe.condition().tellsOneNodeApart();
          case ExecutionPath.LockedNode _, ExecutionPath.UnlockNode _ -> false;
        });
  }

  private BitSet waysOf(BitSet numbers) {
    BitSet of = new BitSet();
    numbers.stream().forEach(number -> of.set(wayOf.get(number)));
    return of;
  }
}
