package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rdpg.plan.trial.TrialNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What the bootstrap has made in every PostgreSQL, exactly: nothing is missing, nothing is more.
 */
interface InPostgres extends Bootstrapped {
  String OURS =
      "relnamespace::regnamespace::text IN"
          + " ('rdpg', 'cfsb', 'tasks', 'backups', 'metrics', 'audit')";

  @Test
  default void roles() throws SQLException {
    for (String node : lab().nodes()) {
      assertInPostgres(
              node,
              """
              SELECT rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin,
                     rolreplication, rolbypassrls, rolconnlimit, rolvaliduntil,
                     starts_with(rolpassword, 'SCRAM-SHA-256$')
              FROM pg_authid WHERE rolname NOT LIKE 'pg\\_%' ORDER BY rolname
              """)
          .containsExactly(
              "health|f|t|f|f|t|f|f|-1||t",
              "postgres|t|t|t|t|t|t|t|-1||t",
              "rdpg|t|t|t|t|t|f|f|-1||t");
      assertInPostgres(
              node, "SELECT setdatabase, setrole::regrole, setconfig FROM pg_db_role_setting")
          .containsExactly("0|health|{default_transaction_read_only=on}");
      assertInPostgres(
              node, "SELECT 1 FROM pg_auth_members WHERE 'health'::regrole IN (member, roleid)")
          .isEmpty();
      try (Connection rdpg = as(node, "rdpg", "rdpg");
          Connection health = as(node, "health", "health")) {
        assertThat(TrialNode.rows(rdpg, "SHOW transaction_read_only")).containsExactly("off");
        assertThat(TrialNode.rows(health, "SHOW transaction_read_only")).containsExactly("on");
      }
      assertThatThrownBy(() ->
              lab()
                  .connect(node, LabUnderTest.POSTGRES, "rdpg", "rdpg", lab().secret("health"))
                  .close())
          .hasMessageContaining("password authentication failed");
      assertThatThrownBy(() -> as(node, "health", "rdpg").close())
          .hasMessageContaining("permission denied for database \"rdpg\"");
    }
  }

  private Connection as(String node, String user, String database) throws SQLException {
    return lab().connect(node, LabUnderTest.POSTGRES, database, user, lab().secret(user));
  }

  @Test
  default void databases() {
    for (String node : lab().nodes()) {
      assertInPostgres(
              node,
              """
              SELECT datname, pg_get_userbyid(datdba), pg_encoding_to_char(encoding),
                     datistemplate, datallowconn, datconnlimit, grantee::regrole,
                     string_agg(privilege_type, ' ' ORDER BY privilege_type)
              FROM pg_database, aclexplode(datacl)
              WHERE datname IN ('rdpg', 'health')
              GROUP BY pg_database.oid, grantee ORDER BY datname
              """)
          .containsExactly(
              "health|health|UTF8|f|t|-1|health|CONNECT CREATE TEMPORARY",
              "rdpg|rdpg|UTF8|f|t|-1|rdpg|CONNECT CREATE TEMPORARY");
      assertInPostgres(node, "SELECT datname FROM pg_database ORDER BY 1")
          .containsExactly("health", "postgres", "rdpg", "template0", "template1");
    }
  }

  @Test
  default void extensions() {
    for (String node : lab().nodes()) {
      assertInRdpg(node, "SELECT extname FROM pg_extension ORDER BY 1")
          .containsExactly(
              "btree_gist",
              "hstore",
              "pg_stat_statements",
              "pg_trgm",
              "pgcrypto",
              "plpgsql",
              "uuid-ossp");
    }
  }

  @Test
  default void schemas() {
    for (String node : lab().nodes()) {
      assertInRdpg(
              node,
              "SELECT nspname, nspowner::regrole FROM pg_namespace"
                  + " WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'"
                  + " ORDER BY 1")
          .containsExactly(
              "audit|rdpg",
              "backups|rdpg",
              "cfsb|rdpg",
              "metrics|rdpg",
              "public|pg_database_owner",
              "rdpg|rdpg",
              "rdpg_replication|rdpg",
              "tasks|rdpg");
      assertInRdpg(node, "SELECT DISTINCT relowner::regrole FROM pg_class WHERE " + OURS)
          .containsExactly("rdpg");
    }
  }

  /** {@code !} is NOT NULL, {@code generated} an identity that may also be given. */
  @Test
  default void tables() {
    for (String node : lab().nodes()) {
      assertInRdpg(
              node,
              """
              SELECT c.oid::regclass || ': ' || string_agg(
                  attname || CASE WHEN attnotnull THEN '! ' ELSE ' ' END
                  || replace(format_type(atttypid, atttypmod), ' with time zone', 'tz')
                  || CASE WHEN attidentity = 'd' THEN ' generated' ELSE '' END
                  || coalesce(' ' || pg_get_expr(adbin, adrelid), ''),
                  ', ' ORDER BY attnum)
              FROM pg_class c
              JOIN pg_attribute a ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped
              LEFT JOIN pg_attrdef ON adrelid = c.oid AND adnum = attnum
              WHERE relkind = 'r' AND %s
              GROUP BY c.oid ORDER BY c.oid::regclass::text
              """
                  .formatted(OURS))
          .containsExactly(
              "backups.file_history: id! bigint generated, cluster_id! text, dbname! text,"
                  + " node! text, file_name! text, action! text, status! text,"
                  + " params json '{}'::json, created_at timestamptz now(), duration integer,"
                  + " removed_at timestamptz",
              "backups.retention_rules: dbname! text, is_remote_rule! boolean,"
                  + " hours! double precision",
              "cfsb.bindings: id! bigint generated, instance_id! text, binding_id! text,"
                  + " created_at timestamptz now(), effective_at timestamptz now(),"
                  + " ineffective_at timestamptz",
              "cfsb.credentials: id! bigint generated, instance_id! text, binding_id! text,"
                  + " host text, port text, dbuser text, dbpass text, dbname text,"
                  + " created_at timestamptz now(), effective_at timestamptz now(),"
                  + " ineffective_at timestamptz",
              "cfsb.instances: id! bigint generated, cluster_service! text, cluster_id! text,"
                  + " instance_id text, service_id text, plan_id text, organization_id text,"
                  + " space_id text, dbname! text, dbuser! text, dbpass! text,"
                  + " created_at timestamptz now(), effective_at timestamptz,"
                  + " ineffective_at timestamptz, decommissioned_at timestamptz",
              "cfsb.plans: id! bigint generated, service_id! text,"
                  + " plan_id text gen_random_uuid(), cluster_service! text, name text,"
                  + " description text, free boolean true, created_at timestamptz now(),"
                  + " effective_at timestamptz now(), ineffective_at timestamptz",
              "cfsb.services: id! bigint generated, service_id! text gen_random_uuid(),"
                  + " name! text, description! text, bindable! boolean true,"
                  + " dashboard_client json '{}'::json, created_at! timestamptz now(),"
                  + " effective_at timestamptz now(), ineffective_at timestamptz",
              "rdpg.config: cluster_id! text, key! text, value! text, updated_at timestamptz,"
                  + " created_at! timestamptz now()",
              "rdpg.consul_watch_notifications: id! bigint generated, host! text, msg! text,"
                  + " created_at timestamptz now()",
              "rdpg.events: id! bigint generated, host! text, key! text, msg! text,"
                  + " created_at timestamptz now()",
              "tasks.schedules: id! bigint generated, cluster_id! text, cluster_service! text,"
                  + " role! text, action! text, data! text ''::text,"
                  + " frequency! interval '01:00:00'::interval, ttl! integer 3600,"
                  + " node_type! text 'any'::text, enabled! boolean true,"
                  + " last_scheduled_at! timestamptz now(), created_at! timestamptz now()",
              "tasks.tasks: id! bigint generated, cluster_id! text, cluster_service! text,"
                  + " node! text '*'::text, role! text, action! text, data! text,"
                  + " ttl! integer 3600, node_type! text 'any'::text, locked_by text,"
                  + " created_at! timestamptz now(), processing_at timestamptz");
    }
  }

  @Test
  default void keys() {
    for (String node : lab().nodes()) {
      assertInRdpg(
              node,
              """
              SELECT conrelid::regclass, pg_get_constraintdef(pg_constraint.oid)
              FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
              WHERE contype IN ('p', 'u', 'f', 'c', 'x') AND %s
              """
                  .formatted(OURS))
          .containsExactlyInAnyOrder(
              "backups.file_history|PRIMARY KEY (id)",
              "backups.retention_rules|PRIMARY KEY (dbname, is_remote_rule)",
              "cfsb.bindings|PRIMARY KEY (id)",
              "cfsb.credentials|PRIMARY KEY (id)",
              "cfsb.instances|PRIMARY KEY (id)",
              "cfsb.instances|UNIQUE (dbname)",
              "cfsb.plans|PRIMARY KEY (id)",
              "cfsb.plans|UNIQUE (service_id, name)",
              "cfsb.services|PRIMARY KEY (id)",
              "cfsb.services|UNIQUE (name)",
              "cfsb.services|UNIQUE (service_id)",
              "rdpg.config|PRIMARY KEY (key)",
              "rdpg.consul_watch_notifications|PRIMARY KEY (id, host)",
              "rdpg.events|PRIMARY KEY (id)",
              "tasks.schedules|PRIMARY KEY (id)",
              "tasks.schedules|UNIQUE (cluster_id, action, node_type, data)",
              "tasks.tasks|PRIMARY KEY (id)");
    }
  }

  /** Each node makes ids of its own: they start at its number and step by 16. */
  @Test
  default void generated_ids() {
    for (String node : lab().nodes()) {
      assertInRdpg(
              node, "SELECT start_value, increment_by, count(*) FROM pg_sequences GROUP BY 1, 2")
          .containsExactly(ordinal(node) + "|16|10");
    }
  }

  @Test
  default void schedules() {
    CLUSTERS.forEach((cluster, role) -> {
      List<String> wanted =
          new ArrayList<>(
              List.of(
                  "all|BackupDatabase|rdpg|read|01:00:00",
                  "all|ClearStuckTasks||read|01:00:00",
                  "all|ClearStuckTasks||write|01:00:00",
                  "all|DeleteBackupHistory||read|01:00:00",
                  "all|EnforceFileRetention||read|01:00:00",
                  "all|EnforceFileRetention||write|01:00:00",
                  "all|Vacuum|tasks.tasks|read|00:05:00",
                  "all|Vacuum|tasks.tasks|write|00:05:00"));
      wanted.addAll(
          role.equals("manager")
              ? List.of(
                  "manager|ReconcileAllDatabases||read|00:05:00",
                  "manager|ReconcileAvailableDatabases||read|00:01:00")
              : List.of(
                  "service|DecommissionDatabases||write|00:15:00",
                  "service|PrecreateDatabases||write|00:01:00",
                  "service|Reconfigure|pgbouncer|read|01:00:00",
                  "service|Reconfigure|pgbouncer|write|01:00:00",
                  "service|ScheduleNewDatabaseBackups||write|00:01:00"));
      for (String node : lab().nodes(cluster)) {
        assertInRdpg(node, "SELECT role, action, data, node_type, frequency FROM tasks.schedules")
            .containsExactlyInAnyOrderElementsOf(wanted);
        assertInRdpg(
                node,
                "SELECT DISTINCT cluster_id, cluster_service, ttl, enabled"
                    + " FROM tasks.schedules")
            .containsExactly(cluster + "|pgbdr|3600|t");
      }
    });
  }

  @Test
  default void configuration() {
    for (String node : lab().nodes()) {
      assertInRdpg(node, "SELECT cluster_id, key, value FROM rdpg.config")
          .containsExactlyInAnyOrder(
              cluster(node) + "|BackupsPath|/var/lib/rdpg/backups",
              cluster(node) + "|BackupPort|7432",
              cluster(node) + "|pgDumpBinaryLocation|/usr/bin/pg_dump",
              cluster(node) + "|defaultDaysToKeepFileHistory|180");
    }
  }

  @Test
  default void services_and_plans_to_offer() {
    String everything =
        """
        SELECT services.name, bindable, services.ineffective_at, plans.name, cluster_service, free,
               plans.ineffective_at
        FROM cfsb.services FULL JOIN cfsb.plans USING (service_id)
        """;
    for (String node : lab().nodes()) {
      assertInRdpg(node, everything)
          .containsExactlyInAnyOrder(
              "postgres|t||shared-nr|postgresql|t|", "postgres|t||shared|pgbdr|t|");
      String leader = leader(cluster(node));
      for (String table : List.of("cfsb.services", "cfsb.plans", "tasks.schedules")) {
        String rows = "SELECT * FROM " + table + " ORDER BY id";
        assertInRdpg(node, rows)
            .as(table + " on " + node)
            .isEqualTo(lab().sql(leader, "rdpg", rows));
      }
      assertInRdpg(node, "SELECT * FROM cfsb.instances").isEmpty();
    }
  }

  @Test
  default void disable_database_refuses_what_rdpg_needs() throws SQLException {
    for (String node : lab().nodes()) {
      try (Connection rdpg = as(node, "rdpg", "postgres")) {
        for (String name : List.of("postgres", "rdpg", "template0", "template1")) {
          assertThatThrownBy(() -> TrialNode.rows(rdpg, disable(name)))
              .as(name + " on " + node)
              .hasMessageContaining("database " + name + " is never disabled");
        }
      }
      assertInPostgres(
              node,
              "SELECT has_function_privilege('health', 'rdpg.disable_database(text)',"
                  + " 'EXECUTE')")
          .containsExactly("f");
    }
  }

  @Test
  default void disable_database_takes_a_database_out_of_use() throws SQLException {
    for (String node : lab().nodes()) {
      lab().sql(node, "postgres", "CREATE DATABASE doomed OWNER health");
      try {
        lab()
            .sql(
                node,
                "doomed",
                "SELECT FROM pg_create_logical_replication_slot('doomed', 'pgoutput')");
        try (Connection user = lab().connect(node, "doomed");
            Connection rdpg = as(node, "rdpg", "postgres")) {
          TrialNode.rows(rdpg, disable("doomed"));
          assertThatThrownBy(() -> TrialNode.rows(user, "SELECT 1"))
              .as("a connection to it on " + node)
              .isInstanceOf(SQLException.class);
        }
        assertInPostgres(
                node,
                """
                SELECT datallowconn, pg_get_userbyid(datdba),
                       (SELECT count(*) FROM pg_replication_slots WHERE slot_name = 'doomed')
                FROM pg_database WHERE datname = 'doomed'
                """)
            .containsExactly("f|rdpg|0");
      } finally {
        lab().sql(node, "postgres", "DROP DATABASE doomed");
      }
    }
  }

  private static String disable(String database) {
    return "SELECT rdpg.disable_database('" + database + "')";
  }
}
