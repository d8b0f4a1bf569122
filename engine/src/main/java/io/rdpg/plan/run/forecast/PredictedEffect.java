package io.rdpg.plan.run.forecast;

import io.rdpg.plan.interpret.DeclaredChanges;
import io.rdpg.plan.interpret.RowChange;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.step.Resource;
import io.rdpg.plan.step.StatementWords;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A predicted effect.
 *
 * @param number the number of predicted effects before it
 * @param at where it would be performed, and by which step
 * @param effect null when it is unknown whether and how these resources would be changed
 * @param changes what it may change
 * @param makes resources that are absent before it, and empty afterwards
 * @param removes resources that are absent afterwards
 * @param sets how it changes the rows of resources of which it changes nothing else
 * @param mayReplicate whether replication may carry it to other nodes
 */
record PredictedEffect(
    int number,
    Forecast.Where at,
    @Nullable Effect effect,
    Set<Resource> changes,
    Set<Resource> makes,
    Set<Resource> removes,
    Map<Resource, RowChange> sets,
    boolean mayReplicate) {

  PredictedEffect {
    changes = Set.copyOf(changes);
    makes = Set.copyOf(makes);
    removes = Set.copyOf(removes);
    sets = Map.copyOf(sets);
  }

  /** The node where it would be performed. */
  String node() {
    return at.node();
  }

  /** Whether it may change what a node reads of these resources, by itself. */
  boolean concerns(String seenFrom, Set<Resource> things) {
    return concerns(seenFrom, things, DeclaredChanges.UNSAID);
  }

  /** The same for a read of a step that declares what it touches. */
  boolean concerns(String seenFrom, Set<Resource> things, DeclaredChanges touches) {
    boolean sameNode = node().equals(seenFrom);
    return changes.stream()
        .anyMatch(change ->
            things.stream()
                .anyMatch(thing ->
                    touches.asksAfter(thing, change)
                        && (sameNode || change.shared() || thing.shared())));
  }

  /** The template of the database that a query asks, where it is this that makes it. */
  Optional<String> templateOf(Read.Query query) {
    return effect instanceof Effect.RunSql sql && Objects.equals(sql.server(), query.server())
        ? StatementWords.databaseMadeBy(sql.sql().reveal())
            .filter(made -> made.name().equals(query.database()))
            .map(StatementWords.DatabaseMade::template)
        : Optional.empty();
  }

  /** Whether it is run in a database of a node. */
  boolean mayChange(String database, String seenFrom) {
    return effect instanceof Effect.RunSql sql
        && sql.database().equals(database)
        && node().equals(seenFrom);
  }

  boolean mayBeCommand() {
    return effect == null
        ? changes.stream()
            .anyMatch(thing -> thing instanceof Resource.Anything || thing instanceof Resource.File)
        : effect instanceof Effect.RunCommand;
  }

  /** A directory's change is one of all that is in it. */
  private static boolean reaches(Resource change, Resource thing) {
    return change.concerns(thing) || thing.inside(change);
  }

  /** Whether it affects these resources only by creating those that contain them. */
  boolean makesPlaceOf(Set<Resource> things) {
    return things.stream()
        .allMatch(thing ->
            makes.stream().anyMatch(thing::inside)
                && changes.stream()
                    .noneMatch(change -> !makes.contains(change) && reaches(change, thing)));
  }

  /** Whether nothing is left of these resources after it. */
  boolean removesAllOf(String seenFrom, Set<Resource> things) {
    return node().equals(seenFrom)
        && things.stream()
            .allMatch(thing ->
                removes.stream().anyMatch(gone -> thing.equals(gone) || thing.inside(gone)));
  }

  /** What it does to the rows that show these resources; empty where it may do anything else. */
  Optional<RowChange> rowChange(String seenFrom, Set<Resource> things) {
    Set<Resource> touched =
        changes.stream()
            .filter(change -> things.stream().anyMatch(thing -> reaches(change, thing)))
            .collect(Collectors.toSet());
    return node().equals(seenFrom) && touched.size() == 1 && things.containsAll(touched)
        ? touched.stream().map(sets::get).filter(Objects::nonNull).findFirst()
        : Optional.empty();
  }

  /** Whether it may create a directory, possibly together with its content. */
  boolean mayMake(Resource.File directory) {
    return changes.stream()
        .anyMatch(change -> reaches(change, directory) || change.inside(directory));
  }

  static List<String> steps(List<PredictedEffect> predicted, String nodeRunner) {
    return predicted.stream().map(one -> one.at.seenBy(nodeRunner)).distinct().toList();
  }
}
