package io.rdpg.plan.world.postgres;

import io.rdpg.plan.diag.Code;
import io.rdpg.plan.diag.Diagnostic;
import io.rdpg.plan.diag.Failure;
import io.rdpg.plan.model.Access;
import io.rdpg.plan.model.Text;
import io.rdpg.plan.run.Cancellation;
import io.rdpg.plan.step.Answer;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Look;
import io.rdpg.plan.world.postgres.SqlFaults.Secrets;
import io.rdpg.plan.world.reach.Reach;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A node's PostgreSQL server: answers queries and runs SQL. Connects when it is first needed. Safe
 * for use by many threads.
 *
 * <p>One idle connection a database is kept for looks. An effect has a connection of its own,
 * closed when it is done, so no setting, role or lock that it leaves behind meets a later look; and
 * it first ends the idle ones, which would keep a database from being dropped or copied.
 */
public final class PostgresServer implements AutoCloseable {
  private static final int TRIES = 10;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);

  private final Connector connector;
  private final SqlFaults faults;
  private final String node;
  private final Map<String, Connection> idle = new ConcurrentHashMap<>();

  /**
   * @param node the node's name, for what goes wrong
   */
  public PostgresServer(Access.Postgres access, Reach reach, String node) {
    this.connector = new Connector(access, reach);
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
      connection.setAutoCommit(false);
      connection.setReadOnly(true);
      Answer.Table table = table(connection, look, cancellation);
      connection.rollback();
      keep = !look.fresh() && !secrets.any() && !cancellation.cancelled();
      return table;
    } finally {
      if (!keep || idle.putIfAbsent(look.database(), connection) != null) {
        closeQuietly(connection);
      }
    }
  }

  private Answer.Table table(Connection connection, Look.Query look, Cancellation cancellation)
      throws SQLException {
    String sql = look.sql().reveal();
    if (look.parameters().isEmpty() && Script.statements(sql).size() > 1) {
      throw new Failure(
          Diagnostic.of(Code.BAD_ARGUMENT_VALUE, "a query is one statement: " + look.sql())
              .orOn(node));
    }
    try (Statement statement = prepare(connection, sql, look.parameters());
        CancelsWithStep _ = new CancelsWithStep(statement, cancellation)) {
      if (!execute(statement, sql)) {
        return new Answer.Table(List.of(), List.of());
      }
      try (ResultSet result = statement.getResultSet()) {
        return ResultTable.read(result);
      }
    }
  }

  /**
   * Runs SQL: as one transaction, or each statement by itself. After one of {@link
   * Effect.RunSql#retryOn} the whole is tried again, at most ten times in all.
   *
   * @throws Failure when the server can't be used, refuses a statement, or it was cancelled
   */
  public void run(Effect.RunSql effect, Cancellation cancellation) {
    Duration pause = FIRST_PAUSE;
    for (int attempt = 1; ; attempt++) {
      cancellation.check();
      Refused refused = attempt(effect, cancellation);
      if (refused == null) {
        return;
      }
      cancellation.check();
      if (attempt == TRIES || !effect.retryOn().contains(refused.state())) {
        throw refused.failure();
      }
      cancellation.pause(pause);
      pause = pause.multipliedBy(2);
      pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }
  }

  /**
   * @return null when all of it was done
   */
  private @Nullable Refused attempt(Effect.RunSql effect, Cancellation cancellation) {
    closeIdle();
    Connection connection;
    try {
      connection = connector.open(effect.database());
    } catch (SQLException e) {
      return Refused.of(e, faults.connecting(e, effect.database()));
    }
    Secrets secrets = new Secrets(effect.sql(), effect.parameters());
    String shown = effect.sql().toString();
    try {
      if (secrets.any()) {
        Quiet.make(connection);
      }
      connection.setAutoCommit(!effect.transaction());
      List<String> statements = statements(effect);
      for (String statement : statements) {
        shown = statements.size() == 1 ? shown : secrets.redact(statement);
        try (Statement prepared = prepare(connection, statement, effect.parameters());
            CancelsWithStep _ = new CancelsWithStep(prepared, cancellation)) {
          execute(prepared, statement);
        }
        cancellation.check();
      }
      if (effect.transaction()) {
        connection.commit();
      }
      return null;
    } catch (SQLException e) {
      return Refused.of(e, faults.running(e, effect.database(), secrets, shown));
    } finally {
      closeQuietly(connection);
    }
  }

  /**
   * The statements one by one; those with parameters stay together, since the driver hands out the
   * parameters.
   */
  private List<String> statements(Effect.RunSql effect) throws SQLException {
    String sql = effect.sql().reveal();
    List<String> statements = Script.statements(sql);
    if (effect.parameters().isEmpty()) {
      return statements;
    }
    if (!effect.transaction() && statements.size() > 1) {
      throw new Failure(
          Diagnostic.of(
                  Code.BAD_ARGUMENT_VALUE,
                  "several statements that commit one by one can't share params")
              .withHint("make each a step of its own, or let them be one transaction")
              .orOn(node));
    }
    return List.of(sql);
  }

  /**
   * Without parameters the SQL goes to the server as it stands: question marks are operators and
   * braces are braces.
   */
  private static Statement prepare(Connection connection, String sql, List<Text> parameters)
      throws SQLException {
    if (parameters.isEmpty()) {
      Statement statement = connection.createStatement();
      statement.setEscapeProcessing(false);
      return statement;
    }
    PreparedStatement statement = connection.prepareStatement(sql);
    try {
      for (int i = 0; i < parameters.size(); i++) {
        statement.setString(i + 1, parameters.get(i).reveal());
      }
      return statement;
    } catch (SQLException e) {
      statement.close();
      throw e;
    }
  }

  private static boolean execute(Statement statement, String sql) throws SQLException {
    return statement instanceof PreparedStatement prepared
        ? prepared.execute()
        : statement.execute(sql);
  }

  private void closeIdle() {
    for (String database : List.copyOf(idle.keySet())) {
      Connection connection = idle.remove(database);
      if (connection != null) {
        closeQuietly(connection);
      }
    }
  }

  private static void closeQuietly(Connection connection) {
    try {
      connection.close();
    } catch (SQLException alreadyBroken) {
      // It is gone either way; an open transaction is rolled back by the server.
    }
  }

  @Override
  public void close() {
    closeIdle();
    connector.close();
  }

  /** A try that failed. */
  private record Refused(String state, Failure failure) {
    static Refused of(SQLException e, Failure failure) {
      String state = e.getSQLState();
      return new Refused(state == null ? "" : state, failure);
    }
  }
}
