package io.rdpg.plan.check;

import io.rdpg.plan.model.Node;
import io.rdpg.plan.scope.Vars;
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
record Here(Set<String> known, List<Coming> coming, boolean lazy) {

  /** A node that comes here, as far as can be known, and what it knows here. */
  record Coming(Node node, Vars vars) {}

  Here with(Set<String> more) {
    Set<String> all = new LinkedHashSet<>(known);
    all.addAll(more);
    return new Here(all, coming, lazy);
  }

  Here with(UnaryOperator<Vars> inner) {
    return new Here(
        known,
        coming.stream().map(at -> new Coming(at.node(), inner.apply(at.vars()))).toList(),
        lazy);
  }

  Here only(Predicate<Coming> kept) {
    return new Here(known, coming.stream().filter(kept).toList(), lazy);
  }

  Here later() {
    return new Here(known, coming, true);
  }
}
