package io.rdpg.plan.world.postgres;

import java.sql.SQLException;
import java.util.List;
import org.postgresql.core.Parser;

/** SQL of one or more statements. */
final class Script {
  private Script() {}

  /**
   * Its statements, cut as PostgreSQL would cut them: at semicolons outside quotes, dollar quotes,
   * comments and {@code BEGIN ATOMIC} bodies.
   */
  static List<String> statements(String sql) throws SQLException {
    return Parser.parseJdbcSql(sql, true, false, true, false, false).stream()
        .map(query -> query.nativeSql)
        .filter(statement -> !statement.isBlank())
        .toList();
  }
}
