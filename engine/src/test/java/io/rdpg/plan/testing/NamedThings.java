package io.rdpg.plan.testing;

import io.rdpg.plan.model.Text;
import io.rdpg.plan.step.Answer;
import java.util.ArrayList;
import java.util.HashSet;
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
 * for each name there is. In any other order of words nothing is understood.
 */
public final class NamedThings {
  private final MemoryNode node;
  private final List<String> names;
  private final List<String> listed;
  private final Set<String> taught = new HashSet<>();

  /**
   * @param names the things that can be spoken of
   * @param listed those of them that {@code LIST} tells of
   * @param databases the databases that can be made
   */
  public NamedThings(
      MemoryNode node, List<String> names, List<String> listed, List<String> databases) {
    this.node = node;
    this.names = List.copyOf(names);
    this.listed = List.copyOf(listed);
    MemorySql postgres = open("postgres");
    for (String database : databases) {
      postgres.on("CREATE DATABASE " + database, () -> open(database));
      postgres.tells("IS " + database, () -> holds(node.hasDatabase(database)));
    }
  }

  /** Puts a thing in a database, which is made if it isn't there. */
  public void make(String database, String thing) {
    open(database).run(Text.plain("MAKE " + thing));
  }

  /** A database, empty if it wasn't there. */
  public MemorySql open(String database) {
    MemorySql sql = node.database(database);
    if (taught.add(database)) {
      teach(sql, new TreeSet<>());
    }
    return sql;
  }

  private void teach(MemorySql sql, Set<String> here) {
    for (String x : names) {
      sql.on("MAKE " + x, () -> here.add(x));
      sql.on("DROP " + x, () -> here.remove(x));
      sql.tells("HAS " + x, () -> holds(here.contains(x)));
      sql.tells("NONE " + x, () -> holds(!here.contains(x)));
      for (String y : names) {
        sql.on(
            "COPY " + x + " " + y,
            () -> {
              boolean _ = here.contains(x) ? here.add(y) : here.remove(y);
            });
        sql.tells("SAME " + x + " " + y, () -> holds(here.contains(x) == here.contains(y)));
      }
    }
    sql.tells("LIST", () -> table(listed.stream().filter(here::contains).toList()));
  }

  private static Answer.Table holds(boolean so) {
    return table(so ? List.of("yes") : List.of());
  }

  private static Answer.Table table(List<String> values) {
    List<Map<String, Object>> rows = new ArrayList<>();
    values.forEach(value -> rows.add(Map.of("name", value)));
    return new Answer.Table(List.of("name"), List.copyOf(rows));
  }
}
