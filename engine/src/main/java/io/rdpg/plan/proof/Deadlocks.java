package io.rdpg.plan.proof;

import io.rdpg.plan.check.Way;
import io.rdpg.plan.diag.Code;
import io.rdpg.plan.model.Node;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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
  private final Bringers bringers;
  private final Map<String, Paths> paths = new HashMap<>();

  private Deadlocks(List<Way> ways, LockOrder order, Faults faults) {
    this.ways = ways;
    this.order = order;
    this.faults = faults;
    this.bringers = new Bringers(ways);
  }

  private Paths paths(Way way) {
    return paths.computeIfAbsent(way.node().name(), _ -> new Paths(way));
  }

  /**
   * Checks some ways.
   *
   * @param order learns which locks are needed for what is waited for under others
   */
  static void check(List<Way> ways, LockOrder order, Faults faults) {
    new Deadlocks(ways, order, faults).check();
  }

  private void check() {
    for (Way way : ways) {
      IdentityHashMap<Way.Act, Integer> judged = new IdentityHashMap<>();
      paths(way)
          .walk((act, state) -> {
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
    List<Way.Does> who = bringers.of(wait);
    if (who.isEmpty()) {
      return; // somebody outside of the plan does it
    }
    List<Way> behind = bringers.behind(wait);
    Set<String> held = new HashSet<>(state.held());
    for (Map<String, Map<String, Boolean>> starts : scenarios(holder, behind, state)) {
      Reach reach = new Reach(holder, wait, state, behind, held, starts);
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
        if (!new Reach(holder, wait, state, behind, more, starts).brought(wait)) {
          order.needs(state, lock, wait.spot(), "waits for a step that needs lock");
        }
      }
    }
  }

  /**
   * How the other nodes may set out. Of what holds on one node at most, and was decided on the
   * holder's way, each of the others is given it in turn.
   *
   * @param behind the ways that are told apart
   */
  private Set<Map<String, Map<String, Boolean>>> scenarios(
      Way holder, List<Way> behind, State state) {
    Set<Map<String, Map<String, Boolean>>> scenarios = new LinkedHashSet<>();
    List<String> others = peers(holder, ways);
    List<String> told = peers(holder, behind);
    state
        .facts()
        .forEach((text, holds) -> {
          if (Way.Condition.ofOneNode(text)) {
            if (holds) {
              scenarios.add(starts(told, text, null));
            } else {
              others.forEach(chosen -> scenarios.add(starts(told, text, chosen)));
            }
          }
        });
    return scenarios.isEmpty() ? Set.of(Map.of()) : scenarios;
  }

  /** The names of those nodes that are of the holder's cluster, but for itself. */
  private static List<String> peers(Way holder, List<Way> ways) {
    return ways.stream()
        .map(Way::node)
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

  private static Map<String, Map<String, Boolean>> starts(
      List<String> others, String text, @Nullable String chosen) {
    Map<String, Map<String, Boolean>> starts = new HashMap<>();
    for (String node : others) {
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

    /** The conditions that the holder has met for certain. */
    private final Set<Way.Maybe> around = Collections.newSetFromMap(new IdentityHashMap<>());

    /** The waits that the holder has got through for certain. */
    private final List<Way.Does> past = new ArrayList<>();

    /** The locks that others took on the way. */
    private final Set<String> passed = new LinkedHashSet<>();

    /**
     * All that can be done.
     *
     * @param behind the ways by which it may be brought about
     * @param taken the locks that no other node can take
     * @param starts what is decided for other nodes from the start
     */
    Reach(
        Way holder,
        Way.Does stuckAt,
        State state,
        List<Way> behind,
        Set<String> taken,
        Map<String, Map<String, Boolean>> starts) {
      this.taken = taken;
      this.stuckAt = stuckAt;
      this.state = state;
      leadsTo(holder.acts());
      comesToTheWait(holder.acts());
      List<Way> others = behind.stream().filter(way -> !way.node().equals(holder.node())).toList();
      int before;
      do {
        before = done.size();
        for (Way way : others) {
          paths(way).walk(starts.getOrDefault(way.node().name(), Map.of()), this::goesOn);
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
                if (does.awaits() != null) {
                  past.add(does);
                }
                yield true;
              }
              case Way.LetsGo _ -> true;
              case Way.Under under -> comesToTheWait(under.acts());
              case Way.Maybe maybe ->
                  !state.decided(maybe.condition()).orElse(around.contains(maybe))
                      || comesToTheWait(maybe.acts());
            };
        if (!further) {
          return false;
        }
      }
      return true;
    }

    /** Notes which conditions a node that came to the wait has met for certain. */
    @SuppressWarnings("ReferenceEquality") // this very act, not one like it
    private boolean leadsTo(List<Way.Act> acts) {
      for (Way.Act act : acts) {
        boolean there =
            switch (act) {
              case Way.Does does -> does == stuckAt;
              case Way.Under under -> leadsTo(under.acts());
              case Way.Maybe maybe -> {
                boolean leads = leadsTo(maybe.acts());
                if (leads) {
                  around.add(maybe);
                }
                yield leads;
              }
              case Way.LetsGo _ -> false;
            };
        if (there) {
          return true;
        }
      }
      return false;
    }

    /** Whether what a step waits for may have been brought about. */
    boolean brought(Way.Does wait) {
      return bringers.needed(wait).by(done)
          || past.stream().anyMatch(before -> Satisfaction.covers(before, wait));
    }
  }
}
