package io.rdpg.plan.testing;

import io.rdpg.plan.step.Observation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The SQL of small databases on one node that hold nothing but things with names.
 *
 * <p>Statements: {@code MAKE x}, {@code DROP x}, {@code COPY x y} (y is there iff x is); in {@code
 * postgres} also {@code CREATE DATABASE d}. Queries that give a row iff they hold: {@code HAS x},
 * {@code NONE x}, {@code SAME x y}, in {@code postgres} also {@code IS d}; and {@code LIST}, a row
 * for each name there is.
 *
 * <p>After {@code CREATE SUBSCRIPTION s}, which {@code SUBSCRIBES} tells, what other nodes make and
 * copy in the same database happens here too, at once; what they drop does not.
 */
public final class NamedResources {
  private final MemoryNode node;
  private final List<String> names;
  private final List<String> listed;
  private final Map<String, Set<String>> there = new HashMap<>();
  private final Set<String> subscribed = new TreeSet<>();
  private final List<NamedResources> others = new ArrayList<>();

  /**
   * @param names the things that can be spoken of
   * @param listed those of them that {@code LIST} tells of
   * @param databases the databases that can be made
   */
  public NamedResources(
      MemoryNode node, List<String> names, List<String> listed, List<String> databases) {
    this.node = node;
    this.names = List.copyOf(names);
    this.listed = List.copyOf(listed);
    open("postgres");
    MemorySql postgres = node.database("postgres");
    for (String database : databases) {
      postgres.on("CREATE DATABASE " + database, () -> open(database));
      postgres.tells("IS " + database, () -> holds(node.hasDatabase(database)));
    }
  }

  /** Makes known to each other what can subscribe to each other. */
  public void meet(NamedResources other) {
    others.add(other);
    other.others.add(this);
  }

  /** Puts a thing in a database, which is made if it isn't there; nobody is sent it. */
  public void make(String database, String thing) {
    open(database).add(thing);
  }

  /** Subscribes in a database, which is made if it isn't there. */
  public void subscribe(String database) {
    open(database);
    subscribed.add(database);
  }

  /** Makes a database if it isn't there; what is in it. */
  public Set<String> open(String database) {
    Set<String> known = there.get(database);
    if (known != null) {
      return known;
    }
    Set<String> here = new TreeSet<>();
    there.put(database, here);
    teach(database, here);
    return here;
  }

  private void teach(String database, Set<String> here) {
    MemorySql sql = node.database(database);
    for (String x : names) {
      sql.on("MAKE " + x, () -> set(database, x, true));
      sql.on("DROP " + x, () -> here.remove(x));
      sql.tells("HAS " + x, () -> holds(here.contains(x)));
      sql.tells("NONE " + x, () -> holds(!here.contains(x)));
      for (String y : names) {
        sql.on("COPY " + x + " " + y, () -> set(database, y, here.contains(x)));
        sql.tells("SAME " + x + " " + y, () -> holds(here.contains(x) == here.contains(y)));
      }
    }
    sql.tells("LIST", () -> table("name", listed.stream().filter(here::contains).toList()));
    sql.on("CREATE SUBSCRIPTION s", () -> subscribe(database));
    sql.tells("SUBSCRIBES", () -> holds(subscribed.contains(database)));
  }

  private void set(String database, String thing, boolean isThere) {
    put(database, thing, isThere);
    others.stream()
        .filter(other -> other.subscribed.contains(database))
        .forEach(other -> other.put(database, thing, isThere));
  }

  private void put(String database, String thing, boolean isThere) {
    Set<String> here = open(database);
    boolean _ = isThere ? here.add(thing) : here.remove(thing);
  }

  private static Observation.Table holds(boolean so) {
    return table("yes", so ? List.of("yes") : List.of());
  }

  private static Observation.Table table(String column, Collection<String> values) {
    List<Map<String, Object>> rows = new ArrayList<>();
    values.forEach(value -> rows.add(Map.of(column, value)));
    return new Observation.Table(List.of(column), List.copyOf(rows));
  }
}
