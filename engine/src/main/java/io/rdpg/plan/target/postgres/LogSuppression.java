package io.rdpg.plan.target.postgres;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.target.Traffic;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Keeps what is said out of the server's log, {@code pg_stat_activity} and {@code
 * pg_stat_statements}, for statements that hold secrets. Only a superuser may; for any other role
 * it does nothing.
 *
 * <p>Whatever PostgreSQL writes about a statement (its text, its duration, its plan, an error that
 * repeats a part of it) is below PANIC, and only that is still written.
 */
final class LogSuppression {
  private static final String SETTINGS =
      """
      select set_config(s.name, wanted.value, %s)
        from (values ('log_min_messages', 'panic'),
                     ('log_statement', 'none'),
                     ('log_min_error_statement', 'panic'),
                     ('track_activities', 'off'),
                     ('pg_stat_statements.track', 'none')) as wanted (name, value)
        join pg_settings s on s.name = wanted.name
       where current_setting('is_superuser') = 'on'
      """;

  private static final String OF_TRANSACTION = SETTINGS.formatted(true);
  private static final String OF_SESSION = SETTINGS.formatted(false);

  private static final String BACKEND =
      "select pg_backend_pid() where current_setting('is_superuser') = 'on'";

  private LogSuppression() {}

  /** Until the transaction ends: begins it where it hasn't begun. */
  static void inTransaction(Connection connection, Traffic.Counter counter) throws SQLException {
    make(connection, OF_TRANSACTION, counter);
  }

  /**
   * Until the connection ends, for statements that commit by themselves.
   *
   * @throws io.rdpg.plan.language.diagnostic.Failure behind a pooler, which lends each statement a
   *     session: what is set would stay in somebody else's, and ours would go unprotected
   */
  static void inSession(Connection connection, Traffic.Counter counter) throws SQLException {
    if (isOfPooler(connection, counter)) {
      throw Diagnostic.of(
              Code.BAD_ARGUMENT_VALUE,
              "behind a pooler, a secret is kept out of the server's log in a transaction only")
          .withHint(
              "run it in one transaction, or on the node's PostgreSQL, without 'server'; a role's"
                  + " password may be given as scram_verifier")
          .failure();
    }
    make(connection, OF_SESSION, counter);
  }

  /** A pooler gives clients numbers of its own for the processes that serve them. */
  private static boolean isOfPooler(Connection connection, Traffic.Counter counter)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      boolean _ = StatementExecutor.execute(statement, BACKEND, counter);
      try (ResultSet backend = statement.getResultSet()) {
        return backend.next() && backend.getInt(1) != PostgresConnections.backend(connection);
      }
    }
  }

  private static void make(Connection connection, String settings, Traffic.Counter counter)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      boolean _ = StatementExecutor.execute(statement, settings, counter);
    }
  }
}
