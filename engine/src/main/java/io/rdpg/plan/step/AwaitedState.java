package io.rdpg.plan.step;

import java.util.List;
import java.util.Set;

/**
 * What a step waits for, as far as that is known.
 *
 * @param things it reads these
 * @param addresses the nodes at each of which it must be produced; empty for any
 * @param least at how many nodes it must be produced
 */
public record AwaitedState(Set<Resource> things, List<String> addresses, long least) {
  /** A wait of which nothing is known. */
  public static final AwaitedState ANYTHING = of(new Resource.Anything());

  public AwaitedState {
    things = Set.copyOf(things);
    addresses = List.copyOf(addresses);
  }

  public static AwaitedState of(Resource thing) {
    return new AwaitedState(Set.of(thing), List.of(), 1);
  }
}
