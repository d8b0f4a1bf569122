package io.rdpg.plan.target.postgres;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.StepReads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Several queries as one statement of PL/pgSQL: each is run only when those before it hold ({@link
 * Observation.Table#holds}), in a subtransaction that is rolled back. What came of them is in a
 * setting, at last: a letter for each that holds, then the columns of the first that doesn't.
 *
 * <p>A query that fails ends the script as one that doesn't hold, with nothing said of it.
 */
final class ConditionScript {
  private static final JsonFactory JSON = new JsonFactory();
  private static final String SETTING = "rdpg_plan.held";

  /** What comes of a query that holds. */
  private static final char HOLDS = 't';

  /** What comes of one that doesn't, before its columns. */
  private static final char HOLDS_NOT = 'f';

  private static final String HEAD =
      """
      DECLARE
        r record;
        n bigint;
        width bigint;
        single text;
        holds boolean;
        held text := '';
      BEGIN
      <<conditions>>
      BEGIN
      """;

  private static final String TAIL =
      """
      END;
      PERFORM pg_catalog.set_config('%s', held, true);
      END
      """
          .formatted(SETTING);

  /** However long one of them takes, the first one's step waits no longer. */
  private static final String DEADLINE = "SET LOCAL statement_timeout = '5s'";

  private ConditionScript() {}

  private static String each(String query) {
    return """
    holds := NULL;
    BEGIN
      EXECUTE %s INTO r;
      GET DIAGNOSTICS n = ROW_COUNT;
      SELECT pg_catalog.count(*), pg_catalog.min(value::text) INTO width, single
        FROM pg_catalog.json_each(pg_catalog.to_json(r));
      holds := n > 1 OR n = 1
        AND NOT (width = 1 AND (single, r::text) IN (('null', '()'), ('false', '(f)')));
      RAISE EXCEPTION USING ERRCODE = 'RP000';
    EXCEPTION
      WHEN SQLSTATE 'RP000' THEN NULL;
      WHEN OTHERS THEN EXIT conditions;
    END;
    IF NOT holds THEN
      held := held || 'f' || n || pg_catalog.to_json(r)::text;
      EXIT conditions;
    END IF;
    held := held || 't';
    """
        .formatted(query);
  }

  /** The statement, and the one that tells what came of it. */
  static String of(List<Read.Query> queries) {
    StringBuilder script = new StringBuilder(HEAD);
    queries.forEach(query -> script.append(each(quoted(query.sql().reveal() + "\n"))));
    return DEADLINE
        + ";\nDO "
        + quoted(script.append(TAIL).toString())
        + ";\nSELECT current_setting('"
        + SETTING
        + "', true)";
  }

  /** By a tag that is nowhere in the text: no backslash or quote means anything. */
  private static String quoted(String text) {
    String tag = "$q" + UUID.randomUUID().toString().replace("-", "") + "$";
    return tag + text + tag;
  }

  /** What came of the queries, up to the first that doesn't hold or failed. */
  static List<Observation.Table> read(@Nullable String said) {
    List<Observation.Table> tables = new ArrayList<>();
    for (int i = 0; said != null && i < said.length(); i++) {
      if (said.charAt(i) == HOLDS) {
        tables.add(StepReads.Condition.holds());
      } else if (said.charAt(i) == HOLDS_NOT) {
        tables.add(table(said.charAt(i + 1) == '1', said.substring(i + 2)));
        break;
      }
    }
    return tables;
  }

  /**
   * What a query gave that doesn't hold: no row, or one with nothing but a null or a false.
   *
   * @param json a row of its columns
   */
  private static Observation.Table table(boolean oneRow, String json) {
    List<String> columns = new ArrayList<>();
    Map<String, @Nullable Object> row = new HashMap<>();
    try (JsonParser parser = JSON.createParser(json)) {
      JsonToken _ = parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        columns.add(parser.currentName());
        boolean isNull = parser.nextToken() == JsonToken.VALUE_NULL;
        row.put(columns.getLast(), isNull ? null : false);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("PostgreSQL's own JSON", e);
    }
    return new Observation.Table(
        columns, oneRow ? List.of(Collections.unmodifiableMap(row)) : List.of());
  }
}
