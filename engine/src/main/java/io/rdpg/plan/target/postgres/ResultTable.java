package io.rdpg.plan.target.postgres;

import io.rdpg.plan.step.Observation;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a query's rows: truth values and numbers as such, all else as the server's text. */
final class ResultTable {
  private ResultTable() {}

  static Observation.Table read(ResultSet result) throws SQLException {
    ResultSetMetaData head = result.getMetaData();
    List<String> columns = new ArrayList<>();
    for (int i = 1; i <= head.getColumnCount(); i++) {
      columns.add(head.getColumnLabel(i));
    }
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    while (result.next()) {
      Map<String, @Nullable Object> row = new LinkedHashMap<>();
      for (int i = 1; i <= columns.size(); i++) {
        row.put(columns.get(i - 1), value(head.getColumnType(i), result.getString(i)));
      }
      rows.add(Collections.unmodifiableMap(row));
    }
    return new Observation.Table(columns, rows);
  }

  private static @Nullable Object value(int type, @Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      return switch (type) {
        case Types.BIT, Types.BOOLEAN -> truth(text);
        case Types.SMALLINT, Types.INTEGER, Types.BIGINT -> Long.valueOf(text);
        case Types.REAL, Types.DOUBLE -> Double.valueOf(text);
        case Types.NUMERIC -> new BigDecimal(text);
        default -> text;
      };
    } catch (NumberFormatException notANumber) {
      // An amount of money, or a numeric that is NaN or infinite.
      return text;
    }
  }

  /** A bool; the type {@code bit} comes under the same number and stays text. */
  private static Object truth(String text) {
    return switch (text) {
      case "t" -> true;
      case "f" -> false;
      default -> text;
    };
  }
}
