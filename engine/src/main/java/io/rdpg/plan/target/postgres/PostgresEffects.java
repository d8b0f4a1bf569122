package io.rdpg.plan.target.postgres;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.SqlStatement;
import io.rdpg.plan.target.Backoff;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.ServerMessages;
import io.rdpg.plan.target.Traffic;
import io.rdpg.plan.target.postgres.SqlErrors.Secrets;
import io.rdpg.plan.target.shell.Transport;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs SQL on a node's PostgreSQL server. Safe for use by many threads.
 *
 * <p>An effect has a connection of its own, closed when it is done, so no setting, role or lock
 * that it leaves behind affects a later read. Where it needs a database without sessions, or
 * changes what only new ones see, it first closes the idle ones of reads: see {@link SessionEnds}.
 */
public final class PostgresEffects implements AutoCloseable {
  private static final String OBJECT_IN_USE = "55006";
  private static final int TRIES = 10;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);

  private final PostgresConnections connector;
  private final SqlErrors diagnostics;
  private final String node;
  private final Traffic traffic;
  private final PostgresReader reader;

  /**
   * @param node the node's name, for diagnostics
   * @param reader of the same server
   */
  public PostgresEffects(
      NodeAccess.Postgres access, Transport transport, String node, PostgresReader reader) {
    this.connector = PostgresConnections.toAct(access, transport);
    this.diagnostics = new SqlErrors(access, node);
    this.node = node;
    this.traffic = transport.traffic();
    this.reader = reader;
  }

  /**
   * Runs SQL: as one transaction, or each statement by itself. After one of {@link
   * Effect.RunSql#retryOn} the whole is tried again, at most ten times in all; a transaction that
   * doesn't end before the SQL does, also where it met another that made or changed the same object
   * at the same moment, or our own sessions.
   *
   * @param messages receives NOTICE, WARNING and the like, a limited number of them
   * @throws Failure when the server can't be used, refuses a statement, or it was cancelled
   */
  public void run(Effect.RunSql effect, ServerMessages messages, Cancellation cancellation) {
    Backoff pauses = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
    boolean whole = isOneTransaction(effect);
    boolean alone = !effect.transaction() || SessionEnds.before(effect.sql().reveal());
    for (int attempt = 1; ; attempt++) {
      cancellation.check();
      if (alone || attempt > 1) {
        reader.closeIdle();
      }
      Refused refused = attempt(effect, messages, cancellation);
      if (refused == null) {
        return;
      }
      cancellation.check();
      boolean again =
          effect.retryOn().contains(refused.state())
              || (whole && refused.metAnother())
              || (whole && !alone && attempt == 1 && refused.inUse());
      if (attempt == TRIES || !again) {
        throw refused.failure();
      }
      pauses.pause(cancellation);
    }
  }

  private static boolean isOneTransaction(Effect.RunSql effect) {
    return effect.transaction() && effect.isAllOrNothing();
  }

  /**
   * @return null when all of it was done
   */
  private @Nullable Refused attempt(
      Effect.RunSql effect, ServerMessages messages, Cancellation cancellation) {
    Connection connection;
    try {
      connection = connector.open(effect.database());
    } catch (SQLException e) {
      return Refused.of(e, diagnostics.connecting(e, effect.database()));
    }
    Traffic.Counter counter = traffic.sql(effect.database());
    int backend = PostgresConnections.backend(connection);
    Secrets secrets = new Secrets(effect.sql(), effect.parameters());
    Notices notices = new Notices(messages, secrets);
    String shown = effect.sql().toString();
    try {
      if (secrets.any() && !isOneTransaction(effect)) {
        LogSuppression.inSession(connection, counter);
      }
      connection.setAutoCommit(!effect.transaction());
      if (secrets.any() && isOneTransaction(effect)) {
        LogSuppression.inTransaction(connection, counter);
      }
      List<String> statements = statements(effect);
      for (String statement : statements) {
        cancellation.check();
        shown = statements.size() == 1 ? shown : secrets.redact(statement);
        try (Statement prepared =
                StatementExecutor.prepare(connection, statement, effect.parameters());
            StatementCancellation _ = new StatementCancellation(prepared, cancellation)) {
          var _ = StatementExecutor.execute(prepared, statement, counter, notices);
        }
      }
      cancellation.check();
      if (effect.transaction()) {
        try (var _ = counter.request()) {
          connection.commit();
        }
      }
      return null;
    } catch (SQLException e) {
      if (SqlErrors.connectionBroke(e)) {
        reader.awaitEndOf(backend);
      }
      return Refused.of(e, diagnostics.running(e, effect.database(), secrets, shown));
    } finally {
      PostgresConnections.closeQuietly(connection);
    }
  }

  /**
   * The statements one by one; those with parameters stay together, since the driver hands out the
   * parameters.
   */
  private List<String> statements(Effect.RunSql effect) {
    String sql = effect.sql().reveal();
    List<String> statements = SqlStatement.in(sql).stream().map(SqlStatement::text).toList();
    if (effect.parameters().isEmpty()) {
      return statements;
    }
    if (!effect.transaction() && statements.size() > 1) {
      throw new Failure(
          Diagnostic.of(
                  Code.BAD_ARGUMENT_VALUE,
                  "several statements outside of a transaction can't share params")
              .withHint("make each a step of its own, or run them in one transaction")
              .orOn(node));
    }
    return List.of(sql);
  }

  @Override
  public void close() {
    connector.close();
  }

  /**
   * A try that failed.
   *
   * @param metAnother see {@link SqlErrors#metInACatalog}
   */
  private record Refused(String state, boolean metAnother, Failure failure) {
    /** By a function, say, which drops a database through a connection of its own. */
    boolean inUse() {
      return OBJECT_IN_USE.equals(state);
    }

    static Refused of(SQLException e, Failure failure) {
      String state = e.getSQLState();
      return new Refused(state == null ? "" : state, SqlErrors.metInACatalog(e), failure);
    }
  }
}
