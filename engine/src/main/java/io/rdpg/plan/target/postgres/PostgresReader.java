package io.rdpg.plan.target.postgres;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.step.SqlStatement;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.StepReads;
import io.rdpg.plan.target.Traffic;
import io.rdpg.plan.target.postgres.SqlErrors.Secrets;
import io.rdpg.plan.target.shell.Transport;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Asks a node's PostgreSQL server, in read-only transactions and nothing else. Connects when it is
 * first needed, and keeps {@link IdleConnections}. Safe for use by many threads.
 */
public final class PostgresReader implements AutoCloseable {
  /** While somebody is in it, others can't make a database as its copy. */
  private static final String COPIED = "template1";

  private final PostgresConnections connector;
  private final SqlErrors diagnostics;
  private final String node;
  private final Traffic traffic;
  private final IdleConnections idle = new IdleConnections();

  /** Backends that may still run an effect whose connection broke. */
  private final Set<Integer> left = ConcurrentHashMap.newKeySet();

  /**
   * @param node the node's name, for diagnostics
   */
  public PostgresReader(NodeAccess.Postgres access, Transport transport, String node) {
    this.connector = PostgresConnections.toLook(access, transport);
    this.diagnostics = new SqlErrors(access, node);
    this.node = node;
    this.traffic = transport.traffic();
  }

  /**
   * Runs a query in a read-only transaction, which is rolled back. A read-only transaction doesn't
   * stop functions that act outside of it, such as {@code pg_reload_conf}.
   *
   * @return {@link Observation.NoPlace} when the database does not exist
   * @throws Failure when the server can't be used, the query is wrong or is more than one
   *     statement, or it was cancelled
   */
  public Observation.Rows query(Read.Query read, Cancellation cancellation) {
    return rows(read, connection -> table(connection, read, cancellation), cancellation);
  }

  /** Something to ask on a connection. */
  private interface Question {
    Observation.Table ask(Connection connection) throws SQLException;
  }

  private Observation.Rows rows(Read.Query read, Question question, Cancellation cancellation) {
    cancellation.check();
    Secrets secrets = new Secrets(read.sql(), read.parameters());
    Connection kept = read.fresh() ? null : idle.take(read.database());
    try {
      if (kept != null) {
        try {
          return ask(kept, read, question, cancellation);
        } catch (SQLException e) {
          if (!SqlErrors.connectionBroke(e)) {
            throw e;
          }
          cancellation.check();
        }
      }
      Connection opened;
      try {
        opened = connector.open(read.database());
      } catch (SQLException e) {
        cancellation.check();
        if (SqlErrors.databaseMissing(e)) {
          return new Observation.NoPlace("database " + read.database());
        }
        throw diagnostics.connecting(e, read.database());
      }
      return ask(opened, read, question, cancellation);
    } catch (SQLException e) {
      cancellation.check();
      throw diagnostics.running(e, read.database(), secrets, read.sql().toString());
    }
  }

  /**
   * Runs queries as {@link #query} does, each only when those before it hold, in one round trip.
   *
   * @param queries of one database, without parameters and secrets
   * @return as far as they came: of one that holds, nothing else is told
   * @throws Failure when it was cancelled, or the server can't be used or doesn't run PL/pgSQL
   */
  public List<Observation.Table> conditions(List<Read.Query> queries, Cancellation cancellation) {
    if (!queries.stream().allMatch(query -> statements(query) == 1)) {
      return List.of(); // at its turn it is refused
    }
    String script = ConditionScript.of(queries);
    Read.Query read = new Read.Query(queries.getFirst().database(), Text.plain(script));
    List<Observation.Table> tables = new ArrayList<>();
    Observation.Rows _ =
        rows(
            read,
            connection -> {
              tables.addAll(held(connection, read, cancellation));
              return StepReads.Condition.holds();
            },
            cancellation);
    return tables;
  }

  private static int statements(Read.Query query) {
    return SqlStatement.in(query.sql().reveal()).size();
  }

  private List<Observation.Table> held(
      Connection connection, Read.Query script, Cancellation cancellation) throws SQLException {
    String sql = script.sql().reveal() + "; ROLLBACK";
    try (Statement statement = StatementExecutor.prepare(connection, sql, List.of());
        StatementCancellation _ = new StatementCancellation(statement, cancellation)) {
      boolean rows = StatementExecutor.execute(statement, sql, traffic.sql(script.database()));
      while (!rows && statement.getUpdateCount() >= 0) {
        rows = statement.getMoreResults();
      }
      try (ResultSet result = statement.getResultSet()) {
        return result.next() ? ConditionScript.read(result.getString(1)) : List.of();
      }
    }
  }

  /** Asks something on a connection, which is then kept for the next read or closed. */
  private Observation.Table ask(
      Connection connection, Read.Query read, Question question, Cancellation cancellation)
      throws SQLException {
    boolean keep = false;
    try {
      Secrets secrets = new Secrets(read.sql(), read.parameters());
      if (!left.isEmpty()) {
        checkEnd(connection, traffic.sql(read.database()));
      }
      if (secrets.any()) {
        LogSuppression.inTransaction(connection, traffic.sql(read.database()));
      }
      Observation.Table table = question.ask(connection);
      connection.rollback(); // nothing to do, unless the query fiddled with its transaction
      keep = !cancellation.cancelled() && !read.database().equals(COPIED);
      return table;
    } finally {
      if (keep) {
        idle.keep(read.database(), connection);
      } else {
        PostgresConnections.closeQuietly(connection);
      }
    }
  }

  private Observation.Table table(Connection connection, Read.Query read, Cancellation cancellation)
      throws SQLException {
    String query = read.sql().reveal();
    if (statements(read) > 1) {
      throw new Failure(
          Diagnostic.of(Code.BAD_ARGUMENT_VALUE, "a query is one statement: " + read.sql())
              .orOn(node));
    }
    // The driver sends both, and the BEGIN before them, at once.
    String sql = query + "\n; ROLLBACK";
    try (Statement statement = StatementExecutor.prepare(connection, sql, read.parameters());
        StatementCancellation _ = new StatementCancellation(statement, cancellation)) {
      statement.setMaxRows(ResultLimit.ROWS + 1);
      if (!StatementExecutor.execute(statement, sql, traffic.sql(read.database()))) {
        return new Observation.Table(List.of(), List.of());
      }
      try (ResultSet result = statement.getResultSet()) {
        Observation.Table table = ResultTable.read(result);
        if (table.rows().size() > ResultLimit.ROWS) {
          throw diagnostics.tooLong(
              ResultLimit.ROWS + " rows", read.database(), read.sql().toString());
        }
        return table;
      }
    }
  }

  /**
   * Lets nothing be read until this backend is gone: its connection broke, but it may still go on
   * with what it does, and commit.
   */
  void awaitEndOf(int backend) {
    left.add(backend);
  }

  /** A later connection's backend may have an old one's number; not for long, as ours are short. */
  private void checkEnd(Connection connection, Traffic.Counter counter) throws SQLException {
    Set<Integer> present = new HashSet<>();
    try (PreparedStatement query =
            connection.prepareStatement(
                "select pid from pg_stat_activity where application_name = ? and pid <> pg_backend_pid()");
        Traffic.Request _ = counter.request();
        ResultSet rows = execute(query)) {
      while (rows.next()) {
        present.add(rows.getInt(1));
      }
    }
    left.retainAll(present);
    if (!left.isEmpty()) {
      throw Diagnostic.of(
              Code.CONNECTION_LOST,
              "the server still runs an effect whose connection broke, in process "
                  + left.iterator().next())
          .withHint("wait until it has ended, or end it by pg_terminate_backend")
          .orOn(node)
          .failure();
    }
  }

  private static ResultSet execute(PreparedStatement query) throws SQLException {
    query.setString(1, PostgresConnections.APPLICATION);
    return query.executeQuery();
  }

  /** Ends the idle connections, which would keep a database from being dropped or copied. */
  void closeIdle() {
    idle.close();
  }

  @Override
  public void close() {
    closeIdle();
    connector.close();
  }
}
