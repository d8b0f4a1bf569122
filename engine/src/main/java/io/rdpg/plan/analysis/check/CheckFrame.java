package io.rdpg.plan.analysis.check;

import io.rdpg.plan.interpret.Variables;
import io.rdpg.plan.language.model.Node;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A place of the plan.
 *
 * @param known the variables in scope
 * @param coming the nodes that may come there
 * @param lazy what stands there is rendered later, when all results may be known
 */
record CheckFrame(Set<String> known, List<Arrival> coming, boolean lazy) {

  /** A node that comes here, as far as can be known, and what it knows here. */
  record Arrival(Node node, Variables vars) {}

  CheckFrame with(Set<String> more) {
    Set<String> all = new LinkedHashSet<>(known);
    all.addAll(more);
    return new CheckFrame(all, coming, lazy);
  }

  CheckFrame with(UnaryOperator<Variables> inner) {
    return new CheckFrame(
        known,
        coming.stream().map(at -> new Arrival(at.node(), inner.apply(at.vars()))).toList(),
        lazy);
  }

  CheckFrame only(Predicate<Arrival> kept) {
    return new CheckFrame(known, coming.stream().filter(kept).toList(), lazy);
  }

  CheckFrame later() {
    return new CheckFrame(known, coming, true);
  }
}
