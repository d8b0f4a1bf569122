package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.trial.TrialNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A service cluster of the lab's: what must be true once it is up, and how to have a bare one. */
record WholeCluster(LabUnderTest lab) implements Bootstrapped {
  static final String ID = "rdpgsc1";
  private static final String KEYS = "rdpg/" + ID + "/";
  private static final String LOADED_SINCE_WRITTEN =
      "SELECT pg_conf_load_time() >= date_trunc('second', (pg_stat_file('pg_hba.conf')).change)";

  private List<String> nodes() {
    return lab.nodes(ID);
  }

  /** The node that has claimed the lead. */
  String leader() {
    return leader(ID);
  }

  // --- what must be true ---

  /** One group, nothing twice, nothing left out, and data flows on every ordered pair. */
  void assertWhole() {
    assertOneGroup();
    assertEveryPairFlows();
    assertRowsOnce();
    assertServes();
  }

  private void assertOneGroup() {
    Map<String, String> servers =
        nodes().stream().collect(Collectors.toMap(node -> node, this::systemIdentifier));
    String leader = leader();
    assertThat(lab.kv(KEYS + "bdr/join/ip"))
        .as("who claimed the lead made the group")
        .hasValue(lab.address(leader));
    assertThat(lab.kv(KEYS + "leader")).hasValue(lab.address(leader) + " " + servers.get(leader));
    servers.forEach(
        (node, server) -> assertThat(lab.kv(KEYS + "members/" + node)).hasValue(server));
    assertThat(lab.services(ID + "-master"))
        .containsExactly(leader + " " + lab.address(leader) + ":5432");
    assertThat(lab.consul("/v1/kv/" + KEYS + "?recurse"))
        .as("no lock is left held")
        .noneMatch(key -> key.has("Session"));
  }

  /**
   * Each node has its subscription to every peer and its slot there, and comes to read through
   * both.
   */
  void assertEveryPairReads() {
    for (String node : nodes()) {
      assertComesToHave(node, "from_", "SELECT subname FROM pg_subscription WHERE subenabled");
      assertComesToHave(node, "to_", "SELECT slot_name FROM pg_replication_slots WHERE active");
    }
  }

  private void assertComesToHave(String node, String prefix, String query) {
    List<String> ofPeers =
        peers(node).stream().map(peer -> prefix + nodeId(peer)).sorted().toList();
    Eventually.holds(
        "%s: %s gives %s".formatted(node, query, ofPeers),
        () -> lab.sql(node, "rdpg", query).stream().sorted().toList().equals(ofPeers));
  }

  private void assertEveryPairFlows() {
    assertEveryPairReads();
    String round = Long.toString(System.nanoTime());
    for (String node : nodes()) {
      lab.sql(
          node,
          "rdpg",
          "INSERT INTO rdpg.events (host, key, msg) VALUES ('%s', '%s', '')"
              .formatted(node, round));
    }
    String count = "SELECT host FROM rdpg.events WHERE key = '" + round + "' ORDER BY host";
    for (String node : nodes()) {
      Eventually.holds(
          "a row of every node gets to " + node + " exactly once",
          () -> lab.sql(node, "rdpg", count).equals(nodes()));
    }
  }

  private void assertRowsOnce() {
    for (String node : nodes()) {
      assertInRdpg(
              node,
              """
              SELECT (SELECT count(*) FROM tasks.schedules),
                (SELECT count(DISTINCT (cluster_id, action, node_type, data)) FROM tasks.schedules),
                (SELECT count(*) FROM rdpg.config),
                (SELECT count(*) FROM cfsb.services),
                (SELECT string_agg(name, ' ' ORDER BY name) FROM cfsb.plans)
              """)
          .containsExactly("13|13|4|1|shared shared-nr");
      assertInPostgres(node, "SELECT to_regproc('rdpg.disable_database')")
          .containsExactly("rdpg.disable_database");
    }
  }

  /** The servers run what their files say: rdpg gets to the write master by every haproxy. */
  private void assertServes() {
    for (String node : nodes()) {
      Eventually.holds(
          "haproxy of " + node + " leads to the write master",
          () -> lab.kv(KEYS + "leader").orElse("").endsWith(" " + throughHaproxy(node)));
      assertThat(lab.consul(node, "/v1/agent/services").properties())
          .extracting(Map.Entry::getKey)
          .contains("haproxy", "pgbouncer", "postgres");
      Eventually.holds(
          "the watches of " + node + " run",
          () -> !lab.sql(node, "rdpg", notificationsOf(node)).isEmpty());
      assertInPostgres(node, LOADED_SINCE_WRITTEN).containsExactly("t");
    }
  }

  private String notificationsOf(String node) {
    return "SELECT 1 FROM rdpg.consul_watch_notifications WHERE host = '%s' LIMIT 1"
        .formatted(lab.address(node));
  }

  private String throughHaproxy(String node) {
    try (Connection connection =
        lab.connect(node, LabUnderTest.HAPROXY, "rdpg", "rdpg", lab.secret("rdpg"))) {
      return TrialNode.rows(connection, "SELECT system_identifier FROM pg_control_system()")
          .getFirst();
    } catch (SQLException notYet) {
      return String.valueOf(notYet.getMessage());
    }
  }

  // --- a bare one ---

  /** Takes all replication away, and what it was known by. */
  void disconnect() {
    for (String node : nodes()) {
      if (lab.sql(node, "postgres", "SELECT 1 FROM pg_database WHERE datname = 'rdpg'").isEmpty()) {
        continue;
      }
      lab.sql(node, "rdpg", "SELECT subname FROM pg_subscription")
          .forEach(name -> {
            lab.sql(node, "rdpg", "ALTER SUBSCRIPTION " + name + " DISABLE");
            lab.sql(node, "rdpg", "ALTER SUBSCRIPTION " + name + " SET (slot_name = NONE)");
            lab.sql(node, "rdpg", "DROP SUBSCRIPTION " + name);
          });
    }
    for (String node : nodes()) {
      Eventually.holds(
          "nobody reads from " + node,
          () ->
              lab.sql(node, "postgres", "SELECT 1 FROM pg_replication_slots WHERE active")
                  .isEmpty());
      lab.sql(
          node, "postgres", "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots");
    }
  }

  /** Takes away all that a bootstrap made, but files that are the same after each. */
  void makeBare() {
    disconnect();
    lab.consulDelete("/v1/kv/rdpg/?recurse");
    for (String node : nodes()) {
      lab.consul(node, "/v1/agent/services")
          .fieldNames()
          .forEachRemaining(id -> lab.consulPut(node, "/v1/agent/service/deregister/" + id, ""));
      for (String name : List.of("rdpg", "health")) {
        lab.sql(node, "postgres", "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
      }
      lab.sql(node, "postgres", "DROP SCHEMA IF EXISTS rdpg CASCADE");
      for (String name : List.of("rdpg", "health")) {
        lab.sql(node, "postgres", "DROP ROLE IF EXISTS " + name);
      }
    }
  }
}
