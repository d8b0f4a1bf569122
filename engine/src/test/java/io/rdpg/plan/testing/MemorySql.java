package io.rdpg.plan.testing;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Observation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A database in memory that understands the statements which it was taught. A query that it does
 * not know gives no row; a statement that it does not know fails.
 */
public final class MemorySql {
  private final Map<String, Supplier<Observation.Table>> observations = new LinkedHashMap<>();
  private final Map<String, List<Runnable>> statements = new LinkedHashMap<>();
  private final List<String> ran = new ArrayList<>();

  /** From now on a query gives this one row. */
  public synchronized MemorySql observation(String query, Map<String, Object> row) {
    Observation.Table table = new Observation.Table(List.copyOf(row.keySet()), List.of(row));
    return tells(query, () -> table);
  }

  /** From now on a query gives one column of these values, a row for each. */
  public synchronized MemorySql observations(String query, Object... values) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Object value : values) {
      rows.add(Map.of("c", value));
    }
    Observation.Table table = new Observation.Table(List.of("c"), rows);
    return tells(query, () -> table);
  }

  /** From now on a query gives what is there when it is asked. */
  public synchronized MemorySql tells(String query, Supplier<Observation.Table> rows) {
    observations.put(normal(query), rows);
    return this;
  }

  /** Teaches a statement, after which a query holds. */
  public MemorySql makes(String statement, String query) {
    return on(statement, () -> observations(query, true));
  }

  /** Teaches a statement. */
  public synchronized MemorySql on(String statement, Runnable effect) {
    statements.computeIfAbsent(normal(statement), _ -> new ArrayList<>()).add(effect);
    return this;
  }

  /** The statements that were run, in order. */
  public synchronized List<String> ran() {
    return List.copyOf(ran);
  }

  synchronized Observation.Rows ask(Text query) {
    Supplier<Observation.Table> rows = observations.get(normal(query.reveal()));
    return rows == null ? new Observation.Table(List.of("c"), List.of()) : rows.get();
  }

  void run(Text statement) {
    List<Runnable> effects;
    synchronized (this) {
      effects = statements.get(normal(statement.reveal()));
      if (effects == null) {
        throw Failure.of(Code.SQL_FAILED, "this database was not taught: " + statement);
      }
      ran.add(normal(statement.reveal()));
    }
    effects.forEach(Runnable::run);
  }

  private static String normal(String sql) {
    return sql.strip().replaceAll("\\s+", " ");
  }
}
