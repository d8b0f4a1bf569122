package io.rdpg.plan.trial;

import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The servers of a lab's node, asked directly: past all that is tried out.
 *
 * @param postgres a connection URI of the superuser
 * @param consul its agent
 */
public record TrialNode(URI postgres, TrialConsul consul) {
  private static final int SECONDS = 120;

  /** A connection to its PostgreSQL as the superuser. */
  public Connection connect(String database) throws SQLException {
    String[] login = postgres.getUserInfo().split(":", 2);
    return DriverManager.getConnection(
        "jdbc:postgresql://%s:%d/%s?connectTimeout=%4$d&socketTimeout=%4$d"
            .formatted(postgres.getHost(), postgres.getPort(), database, SECONDS),
        login[0],
        login[1]);
  }

  /** What its PostgreSQL answers to the superuser: see {@link #rows}. */
  public List<String> sql(String database, String query) throws SQLException {
    try (Connection connection = connect(database)) {
      return rows(connection, query);
    }
  }

  /** Runs a statement: each row as psql -At shows it, {@code a|b|c}, null as nothing. */
  public static List<String> rows(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      List<String> rows = new ArrayList<>();
      if (!statement.execute(query)) {
        return rows;
      }
      try (ResultSet result = statement.getResultSet()) {
        int columns = result.getMetaData().getColumnCount();
        while (result.next()) {
          List<String> row = new ArrayList<>();
          for (int column = 1; column <= columns; column++) {
            row.add(Objects.requireNonNullElse(result.getString(column), ""));
          }
          rows.add(String.join("|", row));
        }
        return rows;
      }
    }
  }
}
