package io.rdpg.plan.proof;

import io.rdpg.plan.diag.Code;
import io.rdpg.plan.run.Way;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Locks that are taken while others are held: two nodes in opposite orders wait for ever. */
final class LockOrder {
  /**
   * A lock taken under another.
   *
   * @param guards the other locks that were held all the time
   */
  private record Taken(String outer, String inner, Way.Spot spot, Set<String> guards) {}

  private record Pair(String outer, String inner) {}

  private final Map<Pair, Taken> taken = new LinkedHashMap<>();

  /** Looks at more ways; tells of the steps in them that close a circle with any seen so far. */
  void check(List<Way> ways, Faults faults) {
    List<Taken> fresh = new ArrayList<>();
    ways.forEach(way ->
        Paths.walk(
            way,
            new Paths.Traveller() {
              @Override
              public void comesTo(Way.Act act, State state) {
                if (act instanceof Way.Under under && !state.holds(under.key())) {
                  state.held().forEach(outer -> fresh.add(taken(outer, under, state)));
                }
              }

              @Override
              public void leaves(Way.Under scope, State state) {}
            }));
    for (Taken next : fresh) {
      Pair pair = new Pair(next.outer(), next.inner());
      Taken before = taken.get(pair);
      taken.put(pair, before == null ? next : both(before, next));
    }
    Set<Pair> told = new HashSet<>();
    for (Taken next : fresh) {
      if (told.add(new Pair(next.outer(), next.inner()))) {
        back(next).ifPresent(circle -> tell(next, circle, faults));
      }
    }
  }

  private static Taken taken(String outer, Way.Under inner, State state) {
    Set<String> guards = new HashSet<>(state.held());
    guards.remove(outer);
    return new Taken(outer, inner.key(), inner.spot(), guards);
  }

  /** What guards both takings guards the pair. */
  private static Taken both(Taken one, Taken other) {
    Set<String> guards = new HashSet<>(one.guards());
    guards.retainAll(other.guards());
    return new Taken(one.outer(), one.inner(), one.spot(), guards);
  }

  /** The way from the inner lock back to the outer one. */
  private Optional<List<Taken>> back(Taken start) {
    return back(start.inner(), start.outer(), start.guards(), new HashSet<>());
  }

  private Optional<List<Taken>> back(String from, String to, Set<String> guards, Set<String> seen) {
    if (!seen.add(from)) {
      return Optional.empty();
    }
    for (Taken step : taken.values()) {
      Set<String> common = new HashSet<>(guards);
      common.retainAll(step.guards());
      if (!step.outer().equals(from) || !common.isEmpty()) {
        continue;
      }
      Optional<List<Taken>> rest =
          step.inner().equals(to) ? Optional.of(List.of()) : back(step.inner(), to, guards, seen);
      if (rest.isPresent()) {
        List<Taken> all = new ArrayList<>(List.of(step));
        all.addAll(rest.get());
        return Optional.of(all);
      }
    }
    return Optional.empty();
  }

  private static void tell(Taken one, List<Taken> circle, Faults faults) {
    faults.tell(
        Code.LOCK_ORDER,
        one.spot(),
        "'%s' takes lock %s under lock %s, and %s takes %s under %s: two nodes can wait for each"
                .formatted(
                    one.spot().head().name(),
                    one.inner(),
                    one.outer(),
                    Faults.named(circle.getFirst().spot()),
                    circle.getFirst().inner(),
                    circle.getFirst().outer())
            + " other until their deadlines",
        "take them in one order everywhere, or one after the other");
  }
}
