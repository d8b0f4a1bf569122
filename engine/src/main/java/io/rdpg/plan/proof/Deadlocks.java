package io.rdpg.plan.proof;

import io.rdpg.plan.diag.Code;
import io.rdpg.plan.run.Way;
import io.rdpg.plan.step.Awaited;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Waits under a lock for something that only a node waiting for this lock can do. For each wait
 * that a node may come to with a lock held, all others are taken as far as they get without that
 * lock; when nobody brings about what is waited for, nobody ever will.
 */
final class Deadlocks {
  private final List<Way> ways;
  private final Faults faults;
  private final List<Way.Does> steps = new ArrayList<>();

  private Deadlocks(List<Way> ways, Faults faults) {
    this.ways = ways;
    this.faults = faults;
    ways.forEach(way -> Satisfaction.collect(way.acts(), steps));
  }

  static void check(List<Way> ways, Faults faults) {
    Deadlocks deadlocks = new Deadlocks(ways, faults);
    for (Way way : ways) {
      Set<Way.Act> judged = Collections.newSetFromMap(new IdentityHashMap<>());
      Paths.walk(
          way,
          new Paths.Traveller() {
            @Override
            public void comesTo(Way.Act act, State state) {
              if (act instanceof Way.Does wait
                  && Satisfaction.known(wait)
                  && !state.held().isEmpty()
                  && judged.add(act)) {
                deadlocks.judge(way, wait, state);
              }
            }

            @Override
            public void leaves(Way.Under scope, State state) {}
          });
    }
  }

  private void judge(Way holder, Way.Does wait, State state) {
    List<Way.Does> who = steps.stream().filter(step -> Satisfaction.may(step, wait)).toList();
    if (who.isEmpty()) {
      return; // somebody outside of the plan does it
    }
    Reach reach = new Reach(holder, wait, state);
    if (!reach.brought(wait)) {
      faults.tell(
          Code.WAIT_UNDER_LOCK,
          wait.spot(),
          ("'%s' waits, with lock %s held, for what %s brings about, and no other node comes there"
                  + " without this lock")
              .formatted(
                  wait.spot().head().name(),
                  state.held().getLast(),
                  Faults.named(who.getFirst().spot())),
          "let the lock go before the wait with `consul_lock: {release: true}`, or wait outside of"
              + " its scope");
    }
  }

  /** What all nodes can do while one holds its locks at a wait. */
  private final class Reach {
    private final Way.Does stuckAt;
    private final State state;
    private final Set<Way.Does> done = Collections.newSetFromMap(new IdentityHashMap<>());

    Reach(Way holder, Way.Does stuckAt, State state) {
      this.stuckAt = stuckAt;
      this.state = state;
      int before;
      do {
        before = done.size();
        ways.forEach(way -> follow(way.acts(), way.node().equals(holder.node())));
      } while (done.size() > before);
    }

    /** Takes a node through acts; false when it gets no further. */
    private boolean follow(List<Way.Act> acts, boolean holding) {
      for (Way.Act act : acts) {
        if (!follow(act, holding)) {
          return false;
        }
      }
      return true;
    }

    @SuppressWarnings("ReferenceEquality") // this very act, not one like it
    private boolean follow(Way.Act act, boolean holding) {
      return switch (act) {
        case Way.Does does when holding && does == stuckAt -> false;
        case Way.Does does when !holding && does.awaits() != null && !brought(does) -> false;
        case Way.Does does -> {
          done.add(does);
          yield true;
        }
        case Way.LetsGo _ -> true;
        case Way.Under under ->
            (holding || !state.holds(under.key())) && follow(under.acts(), holding);
        case Way.Maybe maybe when holding ->
            !state.decided(maybe.condition()).orElse(true) || follow(maybe.acts(), true);
        case Way.Maybe maybe -> {
          follow(maybe.acts(), false);
          yield true;
        }
      };
    }

    /** Whether what a step waits for may have been brought about. */
    boolean brought(Way.Does wait) {
      Awaited awaited = Objects.requireNonNull(wait.awaits());
      Set<String> can = new HashSet<>();
      Set<String> have = new HashSet<>();
      for (Way.Does step : steps) {
        if (Satisfaction.may(step, wait)) {
          can.add(step.at());
          if (done.contains(step)) {
            have.add(step.at());
          }
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
