package io.rdpg.plan.target.postgres;

import io.rdpg.plan.target.Traffic;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Keeps what a session says out of the server's log, {@code pg_stat_activity} and {@code
 * pg_stat_statements}, for statements that hold secrets. Only a superuser may; for any other role
 * it does nothing. The settings last as long as the session, or until the transaction is rolled
 * back in which they were made.
 *
 * <p>Whatever PostgreSQL writes about a statement (its text, its duration, its plan, an error that
 * repeats a part of it) is below PANIC, and only that is still written.
 */
final class LogSuppression {
  private static final String SETTINGS =
      """
      select set_config(s.name, wanted.value, false)
        from (values ('log_min_messages', 'panic'),
                     ('log_statement', 'none'),
                     ('log_min_error_statement', 'panic'),
                     ('track_activities', 'off'),
                     ('pg_stat_statements.track', 'none')) as wanted (name, value)
        join pg_settings s on s.name = wanted.name
       where current_setting('is_superuser') = 'on'
      """;

  private LogSuppression() {}

  static void make(Connection connection, Traffic.Counter counter) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      boolean _ = StatementExecutor.execute(statement, SETTINGS, counter);
    }
  }
}
