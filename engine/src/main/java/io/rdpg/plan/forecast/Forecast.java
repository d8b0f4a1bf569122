package io.rdpg.plan.forecast;

import io.rdpg.plan.diag.Code;
import io.rdpg.plan.diag.Failure;
import io.rdpg.plan.event.Event;
import io.rdpg.plan.model.Text;
import io.rdpg.plan.scope.Touches;
import io.rdpg.plan.scope.UnknownValue;
import io.rdpg.plan.step.Answer;
import io.rdpg.plan.step.Answers;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Look;
import io.rdpg.plan.step.Thing;
import io.rdpg.plan.world.Cancellation;
import io.rdpg.plan.world.Seen;
import io.rdpg.plan.world.Sight;
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
 * The world as it would be after the effects that a preview has found: what they make is known as
 * far as they say it, everything else that they may have changed is unknown. Used by one thread at
 * a time.
 */
public final class Forecast {
  private static final Answer.Table NO_ROWS = new Answer.Table(List.of(), List.of());
  private static final Look.Query SUBSCRIBING =
      new Look.Query(
          "postgres",
          Text.plain(
              "SELECT DISTINCT datname FROM pg_subscription"
                  + " JOIN pg_database d ON d.oid = subdbid ORDER BY datname"));

  private final Sight world;
  private final BiPredicate<String, String> replicate;
  private final List<Laid> laid = new ArrayList<>();
  private final Map<Wanted, Settled> settled = new HashMap<>();

  /**
   * @param replicate whether two nodes may replicate with each other
   */
  public Forecast(Sight world, BiPredicate<String, String> replicate) {
    this.world = world;
    this.replicate = replicate;
  }

  /** How much was laid over the world so far. */
  public int version() {
    return laid.size();
  }

  /**
   * What some looks come to.
   *
   * @param seen those that the world itself answered
   * @param because the steps that shaped the other answers, by id
   */
  public record View(Answers answers, List<Seen> seen, List<String> because) {}

  // --- effects ---

  /**
   * Lays a change over what is seen from now on, and remembers that it leaves this want in sync.
   */
  public void lay(Where where, Touches touches, Object want, Diff.Change change) {
    change.effects().forEach(effect -> lay(where, touches, effect));
    if (change.lookAgain()) {
      settled.put(new Wanted(where.node(), want), new Settled(version(), where, change));
    }
  }

  private void lay(Where where, Touches touches, Effect effect) {
    Set<Thing> changes = touches.narrow(effect.touches());
    Set<Thing> makes = new HashSet<>(touches.makes());
    if (effect instanceof Effect.RunSql sql) {
      Optional<String> database = Statements.databaseMadeBy(sql.sql().reveal());
      if (database.isPresent()) {
        Thing.InPostgres place = Thing.InPostgres.database(database.get());
        makes.add(place);
        changes = new HashSet<>(touches.things());
        changes.add(place);
      }
    }
    laid.add(new Laid(version(), where, effect, changes, makes));
  }

  /** Says that these things may or may not be changed. */
  public void doubt(Where where, Set<Thing> things) {
    if (!things.isEmpty()) {
      laid.add(new Laid(version(), where, null, things, Set.of()));
    }
  }

  /**
   * Where a step is done.
   *
   * @param node the node that it is done at
   * @param strand the node whose walk does it
   * @param step its id
   */
  public record Where(String node, String strand, String step) {
    public static Where of(Event.At at) {
      return new Where(at.where(), at.node(), at.id());
    }

    /** The step as another node's walk names it. */
    String seenBy(String otherStrand) {
      return strand.equals(otherStrand) ? step : strand + ": " + step;
    }
  }

  private record Wanted(String node, Object want) {}

  /** A want that an earlier step would have met. */
  private record Settled(int version, Where where, Diff.Change change) {}

  /**
   * The step that leaves this very want in sync, when nothing after it may have changed that.
   *
   * @param looks what the want is looked up by
   */
  public Optional<Diff.InSync> settled(
      Where where, Touches touches, Object want, List<Look<?>> looks, Cancellation cancellation) {
    Settled before = settled.get(new Wanted(where.node(), want));
    if (before == null) {
      return Optional.empty();
    }
    boolean touched =
        looks.stream()
            .flatMap(look -> laidOn(where.node(), touches, look, cancellation).stream())
            .anyMatch(one -> one.number() >= before.version());
    String by = before.where().seenBy(where.strand());
    return touched
        ? Optional.empty()
        : Optional.of(
            new Diff.InSync("as step '" + by + "' leaves it", before.change().registered()));
  }

  // --- looks ---

  /** Looks, through everything that was laid. */
  public View look(
      Where where,
      Touches touches,
      Collection<? extends Look<?>> looks,
      Cancellation cancellation) {
    Map<Look<?>, Answer> answers = new HashMap<>();
    Map<Look<?>, UnknownValue> unknown = new HashMap<>();
    Set<String> because = new LinkedHashSet<>();
    List<Look<?>> real = new ArrayList<>();
    for (Look<?> look : looks) {
      List<Laid> on = laidOn(where.node(), touches, look, cancellation);
      if (on.isEmpty()) {
        real.add(look);
        continue;
      }
      List<String> steps = Laid.steps(closest(on, touches.narrow(look.sees())), where.strand());
      because.addAll(steps);
      foretold(where.node(), look, touches, on, cancellation)
          .filter(answer -> makers(where.node(), look, answer).isEmpty())
          .ifPresentOrElse(
              answer -> answers.put(look, answer),
              () -> unknown.put(look, new UnknownValue(steps)));
    }
    List<Seen> seen = new ArrayList<>();
    if (!real.isEmpty()) {
      Answers asked = world.look(where.node(), real, cancellation);
      for (Look<?> look : real) {
        Answer answer = asked.of(look);
        List<Laid> makers = makers(where.node(), look, answer);
        if (makers.isEmpty()) {
          answers.put(look, answer);
          seen.add(new Seen(where.node(), look, answer));
        } else {
          unknown.put(look, new UnknownValue(Laid.steps(makers, where.strand())));
        }
      }
    }
    return new View(new Answers(answers, unknown), seen, List.copyOf(because));
  }

  private Optional<? extends Answer> foretold(
      String node, Look<?> look, Touches touches, List<Laid> on, Cancellation cancellation) {
    return look instanceof Look.Query query
        ? inNewPlace(node, query, touches, on, cancellation)
        : new Overlay(node, one -> worldly(node, one, cancellation), laid).answer(look, on);
  }

  /** What may make the folder that an answer says is missing. */
  private List<Laid> makers(String node, Look<?> look, Answer answer) {
    return MissingFolder.in(look, answer).map(none -> none.makers(node, laid)).orElse(List.of());
  }

  /** Without the steps that only make the places around, unless there are no others. */
  private static List<Laid> closest(List<Laid> on, Set<Thing> things) {
    List<Laid> inside = on.stream().filter(one -> !one.makesPlaceOf(things)).toList();
    return inside.isEmpty() ? on : inside;
  }

  private Answer worldly(String node, Look<?> look, Cancellation cancellation) {
    return world.look(node, List.of(look), cancellation).of(look);
  }

  private List<Laid> laidOn(String node, Touches touches, Look<?> look, Cancellation cancellation) {
    Set<Thing> things = touches.narrow(look.sees());
    return laid.stream()
        .filter(one ->
            one.concerns(node, things, touches)
                || comesByReplication(one, node, things, touches, cancellation))
        .toList();
  }

  /**
   * What was never there is not there either when only the place around it is made: no rows.
   * Everything else that a query asks about after a statement is unknown.
   */
  private Optional<Answer.Table> inNewPlace(
      String node, Look.Query query, Touches touches, List<Laid> on, Cancellation cancellation) {
    Set<Thing> things = touches.narrow(query.sees());
    if (!on.stream().allMatch(one -> one.makesPlaceOf(things))) {
      return Optional.empty();
    }
    try {
      Answer now = worldly(node, query, cancellation);
      boolean nothingThere =
          now instanceof Answer.NoPlace || (now instanceof Answer.Table table && !table.holds());
      return nothingThere ? Optional.of(NO_ROWS) : Optional.empty();
    } catch (Failure failure) {
      if (failure.diagnostic().code() == Code.SQL_OBJECT_MISSING) {
        return Optional.of(NO_ROWS);
      }
      throw failure;
    }
  }

  // --- replication ---

  /** Whether a change at one node may come to another that subscribes in the same database. */
  private boolean comesByReplication(
      Laid one, String node, Set<Thing> things, Touches touches, Cancellation cancellation) {
    if (one.node().equals(node) || !one.mayReplicate() || !replicate.test(one.node(), node)) {
      return false;
    }
    boolean concerns =
        one.changes().stream()
            .filter(
                change -> change instanceof Thing.InPostgres || change instanceof Thing.Anything)
            .anyMatch(change ->
                things.stream()
                    .anyMatch(thing ->
                        thing instanceof Thing.InPostgres && touches.asksAfter(thing, change)));
    return concerns && subscribes(node, one, cancellation);
  }

  private boolean subscribes(String node, Laid elsewhere, Cancellation cancellation) {
    for (Laid one : laid) {
      if (one.node().equals(node)
          && one.effect() instanceof Effect.RunSql sql
          && Statements.subscribes(sql.sql().reveal())
          && sameDatabase(elsewhere, sql.database())) {
        return true;
      }
    }
    return worldly(node, SUBSCRIBING, cancellation) instanceof Answer.Table table
        && table.rows().stream()
            .anyMatch(row -> sameDatabase(elsewhere, String.valueOf(row.get("datname"))));
  }

  private static boolean sameDatabase(Laid one, String database) {
    return !(one.effect() instanceof Effect.RunSql sql) || sql.database().equals(database);
  }
}
