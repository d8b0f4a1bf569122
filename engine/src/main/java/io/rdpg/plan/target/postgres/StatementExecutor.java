package io.rdpg.plan.target.postgres;

import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.target.Traffic;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Statements with or without parameters, as the driver takes them. */
final class StatementExecutor {
  private StatementExecutor() {}

  /**
   * Without parameters the SQL is sent unchanged: question marks are operators and braces are
   * braces.
   */
  static Statement prepare(Connection connection, String sql, List<Text> parameters)
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

  /**
   * Executes it, as one request.
   *
   * @param notices receives what the server says beside its answer, when it fails too
   */
  static boolean execute(Statement statement, String sql, Traffic.Counter counter, Notices notices)
      throws SQLException {
    try (NoticeLimit _ = new NoticeLimit(statement, notices);
        var _ = counter.request()) {
      return statement instanceof PreparedStatement prepared
          ? prepared.execute()
          : statement.execute(sql);
    }
  }

  /** The same without what the server says beside its answer. */
  static boolean execute(Statement statement, String sql, Traffic.Counter counter)
      throws SQLException {
    return execute(statement, sql, counter, Notices.none());
  }
}
