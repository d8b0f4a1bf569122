package io.rdpg.plan.target.postgres;

import io.rdpg.plan.step.StatementWords;
import java.sql.SQLException;
import java.util.List;
import org.postgresql.core.Parser;

/** SQL of one or more statements. */
final class SqlScript {
  private SqlScript() {}

  /**
   * Its statements, without comments alone, cut at semicolons outside quotes, dollar quotes,
   * comments and parentheses. A function with a {@code BEGIN ATOMIC} body includes all that follows
   * it, so it must be last in its script; else the server refuses it.
   */
  static List<String> statements(String sql) throws SQLException {
    return Parser.parseJdbcSql(sql, true, false, true, false, false).stream()
        .map(query -> query.nativeSql.strip())
        .filter(statement -> !StatementWords.areNone(statement))
        .toList();
  }
}
