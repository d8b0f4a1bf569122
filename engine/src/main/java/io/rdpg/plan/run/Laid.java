package io.rdpg.plan.run;

import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Thing;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An effect that would have been performed, as the forecast keeps it.
 *
 * @param number how many were laid before it
 * @param node where it would be performed
 * @param effect null when it is not known whether and how these things would be changed
 * @param changes what it may change
 * @param makes places that are not there before it, and there with nothing in them afterwards
 * @param by the id of the step that would perform it
 * @param strand the node whose walk would perform it
 */
record Laid(
    int number,
    String node,
    @Nullable Effect effect,
    Set<Thing> changes,
    Set<Thing.InPostgres> makes,
    String by,
    String strand) {

  Laid {
    changes = Set.copyOf(changes);
    makes = Set.copyOf(makes);
  }

  /** Whether it may change what is seen of these things from a node, by itself. */
  boolean concerns(String seenFrom, Set<Thing> things) {
    boolean here = node.equals(seenFrom);
    return changes.stream()
        .anyMatch(change ->
            things.stream()
                .anyMatch(thing ->
                    change.concerns(thing) && (here || change.shared() || thing.shared())));
  }

  /** Whether it changes a database in a way that replication may carry to other nodes. */
  boolean mayReplicate() {
    return effect instanceof Effect.RunSql sql
        ? Statements.changeRows(sql.sql().reveal())
        : changes.stream()
            .anyMatch(
                thing -> thing instanceof Thing.Anything || thing instanceof Thing.InPostgres);
  }

  /** Whether these things are all inside of places that it makes. */
  boolean makesPlaceOf(Set<Thing> things) {
    return !makes.isEmpty()
        && things.stream()
            .allMatch(thing ->
                thing instanceof Thing.InPostgres inside
                    && makes.stream().anyMatch(inside::inside));
  }

  /** The step as another node's walk names it. */
  String seenBy(String otherStrand) {
    return strand.equals(otherStrand) ? by : strand + ": " + by;
  }

  static List<String> steps(List<Laid> laid, String strand) {
    return laid.stream().map(one -> one.seenBy(strand)).distinct().toList();
  }
}
