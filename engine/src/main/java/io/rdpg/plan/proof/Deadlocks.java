package io.rdpg.plan.proof;

import io.rdpg.plan.diag.Code;
import io.rdpg.plan.model.Node;
import io.rdpg.plan.run.Way;
import io.rdpg.plan.step.Awaited;
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
import org.jspecify.annotations.Nullable;

/**
 * Waits under a lock for something that only a node waiting for this lock can do. For each wait
 * that a node may come to with a lock held, all others are taken as far as they get without that
 * lock; when nobody brings about what is waited for, nobody ever will. When somebody does, but not
 * without another lock, then that lock is needed under the first.
 */
final class Deadlocks {
  /** A wait is judged in no more states than these. */
  private static final int MOST_STATES = 16;

  private final List<Way> ways;
  private final LockOrder order;
  private final Faults faults;
  private final List<Way.Does> steps = new ArrayList<>();
  private final IdentityHashMap<Way.Does, List<Way.Does>> bringers = new IdentityHashMap<>();

  private Deadlocks(List<Way> ways, LockOrder order, Faults faults) {
    this.ways = ways;
    this.order = order;
    this.faults = faults;
    ways.forEach(way -> Satisfaction.collect(way.acts(), steps));
  }

  /**
   * Checks some ways.
   *
   * @param order learns which locks are needed for what is waited for under others
   */
  static void check(List<Way> ways, LockOrder order, Faults faults) {
    WayGroups.apart(ways).forEach(group -> new Deadlocks(group, order, faults).check());
  }

  private void check() {
    for (Way way : ways) {
      IdentityHashMap<Way.Act, Integer> judged = new IdentityHashMap<>();
      Paths.walk(
          way,
          (act, state) -> {
            if (act instanceof Way.Does wait
                && Satisfaction.known(wait)
                && !state.held().isEmpty()
                && judged.merge(act, 1, Integer::sum) <= MOST_STATES) {
              judge(way, wait, state);
            }
            return true;
          });
    }
  }

  private void judge(Way holder, Way.Does wait, State state) {
    List<Way.Does> who = bringers(wait);
    if (who.isEmpty()) {
      return; // somebody outside of the plan does it
    }
    Set<String> held = new HashSet<>(state.held());
    for (Map<Node, Map<String, Boolean>> starts : scenarios(holder, state)) {
      Reach reach = new Reach(holder, wait, state, held, starts);
      if (!reach.brought(wait)) {
        faults.tell(
            Code.WAIT_UNDER_LOCK,
            wait.spot(),
            ("'%s' waits, with lock %s held, for what %s brings about, and no other node comes"
                    + " there without this lock")
                .formatted(
                    wait.spot().head().name(),
                    state.held().getLast(),
                    Faults.named(who.getFirst().spot())),
            "let the lock go before the wait with `consul_lock: {release: true}`, or wait outside"
                + " of its scope");
        return;
      }
      for (String lock : reach.passed) {
        Set<String> more = new HashSet<>(held);
        more.add(lock);
        if (!new Reach(holder, wait, state, more, starts).brought(wait)) {
          order.needs(state, lock, wait.spot(), "waits for a step that needs lock");
        }
      }
    }
  }

  /** The steps that may bring about what one waits for. */
  private List<Way.Does> bringers(Way.Does wait) {
    return bringers.computeIfAbsent(
        wait, _ -> steps.stream().filter(step -> Satisfaction.may(step, wait)).toList());
  }

  /**
   * How the other nodes may set out. Of what holds on one node at most, and was decided on the
   * holder's way, each of the others is given it in turn.
   */
  private List<Map<Node, Map<String, Boolean>>> scenarios(Way holder, State state) {
    List<Map<Node, Map<String, Boolean>>> scenarios = new ArrayList<>();
    List<Node> others =
        ways.stream().map(Way::node).filter(node -> peers(node, holder.node())).toList();
    state
        .facts()
        .forEach((text, holds) -> {
          if (Way.Condition.ofOneNode(text)) {
            if (holds) {
              scenarios.add(starts(others, text, null));
            } else {
              others.forEach(chosen -> scenarios.add(starts(others, text, chosen)));
            }
          }
        });
    return scenarios.isEmpty() ? List.of(Map.of()) : scenarios;
  }

  private static boolean peers(Node one, Node other) {
    return !one.equals(other)
        && one.cluster() != null
        && other.cluster() != null
        && one.cluster().id().equals(other.cluster().id());
  }

  private static Map<Node, Map<String, Boolean>> starts(
      List<Node> others, String text, @Nullable Node chosen) {
    Map<Node, Map<String, Boolean>> starts = new HashMap<>();
    for (Node node : others) {
      starts.put(node, Map.of(text, node.equals(chosen)));
    }
    return starts;
  }

  /** What all nodes can do while one holds its locks at a wait. */
  private final class Reach {
    private final Way.Does stuckAt;
    private final State state;
    private final Set<String> taken;
    private final Set<Way.Does> done = Collections.newSetFromMap(new IdentityHashMap<>());

    /** The locks that others took on the way. */
    private final Set<String> passed = new LinkedHashSet<>();

    /**
     * All that can be done.
     *
     * @param taken the locks that no other node can take
     * @param starts what is decided for other nodes from the start
     */
    Reach(
        Way holder,
        Way.Does stuckAt,
        State state,
        Set<String> taken,
        Map<Node, Map<String, Boolean>> starts) {
      this.taken = taken;
      this.stuckAt = stuckAt;
      this.state = state;
      int before;
      do {
        before = done.size();
        for (Way way : ways) {
          if (way.node().equals(holder.node())) {
            comesToTheWait(way.acts());
          } else {
            Paths.walk(way, starts.getOrDefault(way.node(), Map.of()), this::goesOn);
          }
        }
      } while (done.size() > before);
    }

    /** As far as a node gets that doesn't hold the locks. */
    private boolean goesOn(Way.Act act, State its) {
      return switch (act) {
        case Way.Does does -> {
          boolean free = does.awaits() == null || brought(does);
          if (free) {
            done.add(does);
          }
          yield free;
        }
        case Way.Under under -> {
          boolean free = !taken.contains(under.key());
          if (free) {
            passed.add(under.key());
          }
          yield free || its.holds(under.key());
        }
        case Way.LetsGo _, Way.Maybe _ -> true;
      };
    }

    /** What the holder has done for certain; false from the wait on. */
    @SuppressWarnings("ReferenceEquality") // this very act, not one like it
    private boolean comesToTheWait(List<Way.Act> acts) {
      for (Way.Act act : acts) {
        boolean further =
            switch (act) {
              case Way.Does does when does == stuckAt -> false;
              case Way.Does does -> {
                done.add(does);
                yield true;
              }
              case Way.LetsGo _ -> true;
              case Way.Under under -> comesToTheWait(under.acts());
              case Way.Maybe maybe ->
                  !state.decided(maybe.condition()).orElse(leadsTo(maybe.acts()))
                      || comesToTheWait(maybe.acts());
            };
        if (!further) {
          return false;
        }
      }
      return true;
    }

    /** Whether a node that came to the wait has gone this way for certain. */
    @SuppressWarnings("ReferenceEquality") // this very act, not one like it
    private boolean leadsTo(List<Way.Act> acts) {
      return acts.stream()
          .anyMatch(act ->
              switch (act) {
                case Way.Does does -> does == stuckAt;
                case Way.Under under -> leadsTo(under.acts());
                case Way.Maybe maybe -> leadsTo(maybe.acts());
                case Way.LetsGo _ -> false;
              });
    }

    /** Whether what a step waits for may have been brought about. */
    boolean brought(Way.Does wait) {
      Awaited awaited = Objects.requireNonNull(wait.awaits());
      Set<String> can = new HashSet<>();
      Set<String> have = new HashSet<>();
      for (Way.Does step : bringers(wait)) {
        can.add(step.at());
        if (done.contains(step)) {
          have.add(step.at());
        }
      }
      boolean everybody =
          ways.stream()
              .filter(way -> awaited.addresses().contains(way.node().address()))
              .map(way -> way.node().name())
              .filter(can::contains)
              .allMatch(have::contains);
      return everybody && have.size() >= Math.min(awaited.least(), can.size());
    }
  }
}
