package io.rdpg.plan.e2e;

import io.rdpg.plan.trial.TrialNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * All that a PostgreSQL server holds. No row is made, changed or granted anything on but by a
 * transaction whose number it then bears (xmin), so the numbers stand for the rows: they need no
 * comparing of contents, and they also show what was written again as it was.
 */
final class PostgresFootprint {
  /**
   * Statistics are gathered by the servers themselves; notifications come from Consul's watches,
   * whenever a check changes its mind.
   */
  private static final String TABLES =
      """
      SELECT c.oid::regclass FROM pg_class c
      WHERE relkind IN ('r', 'm') AND relpersistence <> 't' AND c.oid::regclass::text NOT IN
        ('pg_statistic', 'pg_statistic_ext_data', 'rdpg.consul_watch_notifications')
      """;

  private static final String ROWS =
      """
      SELECT 'rows of %1$s', count(*) || ' rows, '
        || md5(string_agg(xmin::text, ' ' ORDER BY xmin::text::bigint)) FROM %1$s
      """;

  private static final String SEQUENCES =
      """
      SELECT c.oid::regclass FROM pg_class c WHERE relkind = 'S'
        AND c.oid::regclass::text <> 'rdpg.consul_watch_notifications_id_seq'
      """;

  private static final String SEQUENCE =
      "SELECT 'sequence %1$s', concat_ws(' ', last_value, is_called) FROM %1$s";

  /** What people make (from OID 16384 on), and what the server was made with, by name. */
  private static final String OBJECTS =
      """
      SELECT 'object ' || kind || ' ' || name, string_agg('by transaction ' || xmin, ' ' ORDER BY xmin::text)
      FROM (
        SELECT 'role', rolname, xmin FROM pg_authid
        UNION ALL SELECT 'database', datname, xmin FROM pg_database
        UNION ALL SELECT 'setting of role and database', concat_ws(' ', setrole, setdatabase), xmin
          FROM pg_db_role_setting
        UNION ALL SELECT 'schema', nspname, xmin FROM pg_namespace
        UNION ALL SELECT 'extension', extname, xmin FROM pg_extension
        UNION ALL SELECT 'publication', pubname, xmin FROM pg_publication
        UNION ALL SELECT 'subscription', subname, xmin FROM pg_subscription
        UNION ALL SELECT 'relation', oid::regclass::text, xmin FROM pg_class WHERE oid >= 16384
        UNION ALL SELECT 'function', oid::regprocedure::text, xmin FROM pg_proc WHERE oid >= 16384
        UNION ALL SELECT 'constraint', concat_ws(' ', conrelid::regclass, conname), xmin
          FROM pg_constraint WHERE oid >= 16384
        UNION ALL SELECT 'trigger', concat_ws(' ', tgrelid::regclass, tgname), xmin FROM pg_trigger
      ) AS object (kind, name, xmin)
      GROUP BY kind, name
      """;

  /**
   * Of a slot not how far it was read: an active subscription moves that by itself, and with it
   * whether it is active.
   */
  private static final String SERVER =
      """
      SELECT 'slot ' || slot_name, concat_ws(' ', plugin, slot_type, database, temporary, two_phase)
        FROM pg_replication_slots
      UNION ALL SELECT 'origin ' || roname, roident::text FROM pg_replication_origin
      UNION ALL SELECT 'advisory lock ' || concat_ws(' ', database, classid, objid, objsubid),
          mode || ' held by ' || pid FROM pg_locks WHERE locktype = 'advisory'
      UNION ALL SELECT 'prepared transaction ' || gid, transaction::text FROM pg_prepared_xacts
      UNION ALL SELECT 'load of the configuration', pg_conf_load_time()::text
      UNION ALL SELECT 'start of the server', pg_postmaster_start_time()::text
      """;

  private PostgresFootprint() {}

  static Map<String, String> of(LabUnderTest lab, String node) {
    Map<String, String> marks = new TreeMap<>();
    for (String database :
        lab.sql(node, "postgres", "SELECT datname FROM pg_database WHERE datallowconn")) {
      try (Connection connection = lab.connect(node, database)) {
        put(marks, database, TrialNode.rows(connection, each(connection, TABLES, ROWS)));
        put(marks, database, TrialNode.rows(connection, each(connection, SEQUENCES, SEQUENCE)));
        put(marks, database, TrialNode.rows(connection, OBJECTS));
        if (database.equals("postgres")) {
          put(marks, "server", TrialNode.rows(connection, SERVER));
        }
      } catch (SQLException e) {
        throw new AssertionError(node + " " + database, e);
      }
    }
    return marks;
  }

  private static String each(Connection connection, String listed, String asked)
      throws SQLException {
    List<String> names = TrialNode.rows(connection, listed);
    return names.isEmpty()
        ? "SELECT WHERE false"
        : names.stream().map(asked::formatted).collect(Collectors.joining(" UNION ALL "));
  }

  private static void put(Map<String, String> marks, String place, List<String> rows) {
    for (String row : rows) {
      int bar = row.lastIndexOf('|');
      marks.put(place + " " + row.substring(0, bar), row.substring(bar + 1));
    }
  }
}
