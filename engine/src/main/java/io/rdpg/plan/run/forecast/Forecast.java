package io.rdpg.plan.run.forecast;

import io.rdpg.plan.interpret.DeclaredChanges;
import io.rdpg.plan.interpret.RowChange;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.template.UnknownValue;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Observations;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.step.Resource;
import io.rdpg.plan.step.StatementWords;
import io.rdpg.plan.target.Account;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.ObservedRead;
import io.rdpg.plan.target.StateReader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * Answers reads with the state after the predicted effects of a preview: what they produce is known
 * as far as they declare it, everything else that they may have changed is unknown. Used by one
 * thread at a time.
 */
public final class Forecast {
  private static final Observation.Table NO_ROWS = new Observation.Table(List.of(), List.of());

  /** What a step's `unless` gives when what the step removes is absent. */
  private static final Observation.Table ONE_ROW =
      new Observation.Table(List.of("holds"), List.of(Map.of("holds", true)));

  private final StateReader target;
  private final BiPredicate<String, String> inOneCluster;
  private final List<PredictedEffect> predicted = new ArrayList<>();
  private final Map<Wanted, Settled> settled = new HashMap<>();

  /**
   * @param inOneCluster whether a node is in the same cluster as another
   */
  public Forecast(StateReader target, BiPredicate<String, String> inOneCluster) {
    this.target = target;
    this.inOneCluster = inOneCluster;
  }

  /** The number of predicted effects so far. */
  public int version() {
    return predicted.size();
  }

  /**
   * The observations of some reads.
   *
   * @param seen those of the real state
   * @param because the steps that the other observations depend on, by id
   */
  public record View(Observations observations, List<ObservedRead> seen, List<String> because) {}

  /**
   * What would be observed if the checks of all services passed that are registered in this run.
   */
  public static Observations onceChecksPass(List<Read<?>> reads, Observations observations) {
    Map<Read<?>, Observation> passing = new HashMap<>();
    for (Read<?> read : reads) {
      Observation observation = observations.of(read);
      passing.put(
          read,
          observation instanceof Observation.Instances instances
              ? PredictedState.passing(instances)
              : observation);
    }
    return new Observations(passing);
  }

  // --- effects ---

  /** Adds a change, visible to later reads, and stores that it leaves this want in sync. */
  public void add(Where where, DeclaredChanges touches, Object want, Diff.Change change) {
    change.effects().forEach(effect -> add(where, touches, effect));
    if (change.lookAgain()) {
      settled.put(new Wanted(where.at(), want), new Settled(version(), where, change));
    }
  }

  private void add(Where where, DeclaredChanges touches, Effect effect) {
    Set<Resource> changes = touches.narrow(effect.touches());
    Set<Resource> makes = new HashSet<>(touches.makes());
    if (effect instanceof Effect.RunSql sql) {
      Optional<StatementWords.DatabaseMade> made =
          StatementWords.databaseMadeBy(sql.sql().reveal());
      if (made.isPresent()) {
        Resource.InPostgres place = Resource.InPostgres.database(made.get().name());
        makes.add(place);
        changes = new HashSet<>(touches.things());
        changes.add(place);
      }
    }
    boolean stays = effect instanceof Effect.RunSql sql && sql.replicatesNothing();
    predicted.add(
        new PredictedEffect(
            version(),
            where,
            effect,
            changes,
            makes,
            touches.removes(),
            touches.sets(),
            mayReplicate(touches, changes, stays)));
  }

  /**
   * Adds that these resources may or may not be changed.
   *
   * @param stays whether replication would carry nothing of it
   */
  public void addUncertain(
      Where where, DeclaredChanges touches, Set<Resource> things, boolean stays) {
    if (!things.isEmpty()) {
      predicted.add(
          new PredictedEffect(
              version(),
              where,
              null,
              things,
              Set.of(),
              Set.of(),
              Map.of(),
              mayReplicate(touches, things, stays)));
    }
  }

  /** Whether it changes a database so that replication may carry it to other nodes. */
  private static boolean mayReplicate(
      DeclaredChanges touches, Set<Resource> changes, boolean stays) {
    return !touches.replicates().isEmpty()
        || (!stays
            && changes.stream()
                .anyMatch(thing ->
                    thing instanceof Resource.Anything || thing instanceof Resource.InPostgres));
  }

  /** Whether a command would, or may, be run on a node: it may make users and give rights. */
  public boolean mayRunCommandOn(String node) {
    return predicted.stream().anyMatch(one -> one.node().equals(node) && one.mayBeCommand());
  }

  /**
   * Where a step runs.
   *
   * @param at where, and as whom, it runs
   * @param nodeRunner the node whose runner runs it
   * @param step its id
   * @param called its name for people
   */
  public record Where(Account at, String nodeRunner, String step, String called) {
    public static Where of(Event.At at) {
      return new Where(at.account(), at.node(), at.id(), at.called());
    }

    /** The node that it runs on. */
    String node() {
      return at.node();
    }

    /** The step's id for another node. */
    String seenBy(String otherStrand) {
      return nodeRunner.equals(otherStrand) ? step : nodeRunner + ": " + step;
    }
  }

  private record Wanted(Account at, Object want) {}

  /** A want that an earlier step would have met. */
  private record Settled(int version, Where where, Diff.Change change) {}

  /**
   * The step that leaves this very want in sync, when nothing after it may have changed that.
   *
   * @param reads the reads of the want
   */
  public Optional<Diff.InSync> settled(
      Where where, DeclaredChanges touches, Object want, List<Read<?>> reads) {
    Settled before = settled.get(new Wanted(where.at(), want));
    if (before == null) {
      return Optional.empty();
    }
    boolean touched =
        reads.stream()
            .flatMap(read -> concerning(where.node(), touches, read).stream())
            .anyMatch(one -> one.number() >= before.version());
    String strand = before.where().nodeRunner();
    String by = (strand.equals(where.nodeRunner()) ? "" : strand + ": ") + before.where().called();
    return touched
        ? Optional.empty()
        : Optional.of(
            new Diff.InSync("as step '" + by + "' leaves it", before.change().registered()));
  }

  // --- reads ---

  /** Reads the state with all predicted effects. */
  public View read(
      Where where,
      DeclaredChanges touches,
      Collection<? extends Read<?>> reads,
      Cancellation cancellation) {
    Map<Read<?>, Observation> observations = new HashMap<>();
    Map<Read<?>, UnknownValue> unknown = new HashMap<>();
    Set<String> because = new LinkedHashSet<>();
    List<Read<?>> real = new ArrayList<>();
    for (Read<?> read : reads) {
      List<PredictedEffect> on = concerning(where.node(), touches, read);
      if (on.isEmpty()) {
        real.add(read);
        continue;
      }
      List<String> steps =
          PredictedEffect.steps(closest(on, touches.narrow(read.sees())), where.nodeRunner());
      because.addAll(steps);
      predictedObservation(where.at(), read, touches, on, cancellation)
          .filter(observation -> makers(where.node(), read, observation).isEmpty())
          .ifPresentOrElse(
              observation -> observations.put(read, observation),
              () -> unknown.put(read, new UnknownValue(steps)));
    }
    List<ObservedRead> seen = new ArrayList<>();
    if (!real.isEmpty()) {
      Observations asked = target.read(where.at(), real, cancellation);
      for (Read<?> read : real) {
        Observation observation = asked.of(read);
        List<PredictedEffect> makers = makers(where.node(), read, observation);
        if (makers.isEmpty()) {
          observations.put(read, observation);
          seen.add(new ObservedRead(where.at(), read, observation));
        } else {
          unknown.put(read, new UnknownValue(PredictedEffect.steps(makers, where.nodeRunner())));
        }
      }
    }
    return new View(new Observations(observations, unknown), seen, List.copyOf(because));
  }

  /**
   * Whether predicted effects leave alone what some reads see.
   *
   * @param seen what they observe of the real state
   */
  public boolean leavesAlone(
      Where where, DeclaredChanges touches, Observations seen, List<Read<?>> reads) {
    return reads.stream()
        .allMatch(read ->
            concerning(where.node(), touches, read).isEmpty()
                && makers(where.node(), read, seen.of(read)).isEmpty());
  }

  private Optional<? extends Observation> predictedObservation(
      Account at,
      Read<?> read,
      DeclaredChanges touches,
      List<PredictedEffect> on,
      Cancellation cancellation) {
    return read instanceof Read.Query query
        ? inEmptyPlace(at, query, touches, on, cancellation)
            .or(() -> rowsAsSet(at, query, touches, on, cancellation))
        : new PredictedState(at.node(), one -> real(at, one, cancellation)).observation(read, on);
  }

  /** What may create the directory that an observation says is missing. */
  private List<PredictedEffect> makers(String node, Read<?> read, Observation observation) {
    return MissingDirectory.in(read, observation)
        .map(none -> none.makers(node, predicted))
        .orElse(List.of());
  }

  /** Without the steps that only make the places around, unless there are no others. */
  private static List<PredictedEffect> closest(List<PredictedEffect> on, Set<Resource> things) {
    List<PredictedEffect> inside = on.stream().filter(one -> !one.makesPlaceOf(things)).toList();
    return inside.isEmpty() ? on : inside;
  }

  private Observation real(Account at, Read<?> read, Cancellation cancellation) {
    return target.read(at, List.of(read), cancellation).of(read);
  }

  private List<PredictedEffect> concerning(String node, DeclaredChanges touches, Read<?> read) {
    Set<Resource> things = touches.narrow(read.sees());
    return predicted.stream()
        .filter(one ->
            one.concerns(node, things, touches)
                || comesByReplication(one, node, read, things, touches))
        .toList();
  }

  /**
   * What was never there is not there either when only the place around it is made, and what was
   * removed is there no more: no rows. Everything else that a query asks about after a statement is
   * unknown.
   */
  private Optional<Observation.Table> inEmptyPlace(
      Account at,
      Read.Query query,
      DeclaredChanges touches,
      List<PredictedEffect> on,
      Cancellation cancellation) {
    Set<Resource> things = touches.narrow(query.sees());
    List<PredictedEffect> since = sinceRemoved(on, at.node(), things);
    if (!since.stream().allMatch(one -> one.makesPlaceOf(things))) {
      return Optional.empty();
    }
    if (since.size() < on.size()) {
      return Optional.of(touches.removes().containsAll(things) ? ONE_ROW : NO_ROWS);
    }
    try {
      Observation now = real(at, query, cancellation);
      boolean nothingThere =
          now instanceof Observation.NoPlace
              || (now instanceof Observation.Table table && !table.holds());
      return nothingThere && isMadeEmpty(at, query, on, cancellation)
          ? Optional.of(NO_ROWS)
          : Optional.empty();
    } catch (Failure failure) {
      if (failure.diagnostic().code() == Code.SQL_OBJECT_MISSING) {
        return Optional.of(NO_ROWS);
      }
      throw failure;
    }
  }

  /** A database that is made is a copy, of its template as it is now. */
  private boolean isMadeEmpty(
      Account at, Read.Query query, List<PredictedEffect> on, Cancellation cancellation) {
    for (PredictedEffect one : on) {
      Optional<String> template = one.templateOf(query);
      if (template.isPresent()
          && (predicted.subList(0, one.number()).stream()
                  .anyMatch(other -> other.mayChange(template.get(), at.node()))
              || !new DatabaseTemplate(template.get())
                  .isWithout(
                      query, other -> target.read(at, List.of(other), cancellation).of(other)))) {
        return false;
      }
    }
    return true;
  }

  /** The rows with the values that steps say they set, where none of them does anything else. */
  private Optional<Observation.Table> rowsAsSet(
      Account at,
      Read.Query query,
      DeclaredChanges touches,
      List<PredictedEffect> on,
      Cancellation cancellation) {
    Set<Resource> things = touches.narrow(query.sees());
    List<RowChange> changes =
        on.stream().flatMap(one -> one.rowChange(at.node(), things).stream()).toList();
    if (changes.size() < on.size()
        || !(real(at, query, cancellation) instanceof Observation.Table before)) {
      return Optional.empty();
    }
    Optional<Observation.Table> rows = Optional.of(before);
    for (RowChange change : changes) {
      rows = rows.flatMap(change::after);
    }
    return rows;
  }

  /** What is predicted after these things were removed from a node for the last time. */
  private static List<PredictedEffect> sinceRemoved(
      List<PredictedEffect> on, String node, Set<Resource> things) {
    for (int last = on.size(); last > 0; last--) {
      if (on.get(last - 1).removesAllOf(node, things)) {
        return on.subList(last, on.size());
      }
    }
    return on;
  }

  // --- replication ---

  /**
   * Whether a change at one node may come to another of its cluster. How the two replicate isn't
   * asked: that is the matter of a driver's plans, which say what is a node's own by {@code
   * touches}.
   */
  private boolean comesByReplication(
      PredictedEffect one,
      String node,
      Read<?> read,
      Set<Resource> things,
      DeclaredChanges touches) {
    return one.mayReplicate()
        && inOneCluster.test(one.node(), node)
        && inOneDatabase(one, read)
        && one.changes().stream()
            .filter(change ->
                change instanceof Resource.InPostgres || change instanceof Resource.Anything)
            .anyMatch(change ->
                things.stream()
                    .anyMatch(thing ->
                        thing instanceof Resource.InPostgres && touches.asksAfter(thing, change)));
  }

  private static boolean inOneDatabase(PredictedEffect one, Read<?> read) {
    return !(one.effect() instanceof Effect.RunSql sql && read instanceof Read.Query query)
        || sql.database().equals(query.database());
  }
}
