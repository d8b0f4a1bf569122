package io.rdpg.plan.world.postgres;

import io.rdpg.plan.diag.Code;
import io.rdpg.plan.diag.Diagnostic;
import io.rdpg.plan.diag.Failure;
import io.rdpg.plan.model.Access;
import io.rdpg.plan.step.Answer;
import io.rdpg.plan.step.Look;
import io.rdpg.plan.world.Cancellation;
import io.rdpg.plan.world.postgres.SqlFaults.Secrets;
import io.rdpg.plan.world.reach.Reach;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Asks a node's PostgreSQL server, in read-only transactions and nothing else. Connects when it is
 * first needed, and keeps one idle connection a database. Safe for use by many threads.
 */
public final class PostgresSight implements AutoCloseable {
  private final Connector connector;
  private final SqlFaults faults;
  private final String node;
  private final Map<String, Connection> idle = new ConcurrentHashMap<>();

  /**
   * @param node the node's name, for what goes wrong
   */
  public PostgresSight(Access.Postgres access, Reach reach, String node) {
    this.connector = Connector.toLook(access, reach);
    this.faults = new SqlFaults(access, node);
    this.node = node;
  }

  /**
   * Answers a query in a read-only transaction, which is rolled back. A read-only transaction
   * doesn't stop functions that act outside of it, such as {@code pg_reload_conf}.
   *
   * @return {@link Answer.NoPlace} when the database does not exist
   * @throws Failure when the server can't be used, the query is wrong or is more than one
   *     statement, or it was cancelled
   */
  public Answer.Rows query(Look.Query look, Cancellation cancellation) {
    cancellation.check();
    Secrets secrets = new Secrets(look.sql(), look.parameters());
    boolean ofItsOwn = look.fresh() || secrets.any();
    Connection kept = ofItsOwn ? null : idle.remove(look.database());
    try {
      if (kept != null) {
        try {
          return ask(kept, look, cancellation);
        } catch (SQLException e) {
          if (!SqlFaults.connectionBroke(e)) {
            throw e;
          }
          cancellation.check();
        }
      }
      Connection opened;
      try {
        opened = connector.open(look.database());
      } catch (SQLException e) {
        cancellation.check();
        if (SqlFaults.databaseMissing(e)) {
          return new Answer.NoPlace("database " + look.database());
        }
        throw faults.connecting(e, look.database());
      }
      return ask(opened, look, cancellation);
    } catch (SQLException e) {
      cancellation.check();
      throw faults.running(e, look.database(), secrets, look.sql().toString());
    }
  }

  /** Asks on a connection, which is then kept for the next look or closed. */
  private Answer.Table ask(Connection connection, Look.Query look, Cancellation cancellation)
      throws SQLException {
    boolean keep = false;
    try {
      Secrets secrets = new Secrets(look.sql(), look.parameters());
      if (secrets.any()) {
        Quiet.make(connection);
      }
      Answer.Table table = table(connection, look, cancellation);
      connection.rollback();
      keep = !look.fresh() && !secrets.any() && !cancellation.cancelled();
      return table;
    } finally {
      if (!keep || idle.putIfAbsent(look.database(), connection) != null) {
        Connector.closeQuietly(connection);
      }
    }
  }

  private Answer.Table table(Connection connection, Look.Query look, Cancellation cancellation)
      throws SQLException {
    String sql = look.sql().reveal();
    if (Script.statements(sql).size() > 1) {
      throw new Failure(
          Diagnostic.of(Code.BAD_ARGUMENT_VALUE, "a query is one statement: " + look.sql())
              .orOn(node));
    }
    try (Statement statement = Statements.prepare(connection, sql, look.parameters());
        CancelsWithStep _ = new CancelsWithStep(statement, cancellation)) {
      if (!Statements.execute(statement, sql)) {
        return new Answer.Table(List.of(), List.of());
      }
      try (ResultSet result = statement.getResultSet()) {
        return ResultTable.read(result);
      }
    }
  }

  /** Ends the idle connections, which would keep a database from being dropped or copied. */
  void closeIdle() {
    for (String database : List.copyOf(idle.keySet())) {
      Connection connection = idle.remove(database);
      if (connection != null) {
        Connector.closeQuietly(connection);
      }
    }
  }

  @Override
  public void close() {
    closeIdle();
    connector.close();
  }
}
