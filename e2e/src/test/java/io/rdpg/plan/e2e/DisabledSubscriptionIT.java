package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.trial.TrialNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A bootstrap enables a disabled subscription where nothing was lost, or says why it can't. */
@Tag("cluster")
@Tag("long")
class DisabledSubscriptionIT {
  @AutoClose private static LabUnderTest lab;
  private static String name;
  private static String slot;

  /** sc1 reads from sc2, and keeps a log that can be read. */
  @BeforeAll
  static void start() {
    lab = LabUnderTest.serviceCluster();
    lab.sql("sc1", "postgres", "ALTER SYSTEM SET logging_collector = on");
    lab.run("lab", "stop").exits(0);
    lab.run("apply", "bootstrap", "-o", "json").exits(0);
    name = "from_rdpg_" + lab.address("sc2").replace('.', '_');
    slot = "to_rdpg_" + lab.address("sc1").replace('.', '_');
  }

  @BeforeEach
  void disable() {
    alter("DISABLE");
    Eventually.holds(
        "its slot is free",
        () ->
            sql("sc2", "SELECT active FROM pg_replication_slots WHERE slot_name = '" + slot + "'")
                .equals(List.of("f")));
  }

  private static List<String> sql(String node, String statement) {
    return lab.sql(node, "rdpg", statement);
  }

  private static void alter(String what) {
    sql("sc1", "ALTER SUBSCRIPTION " + name + " " + what);
  }

  private static boolean enabled() {
    return sql("sc1", "SELECT subenabled FROM pg_subscription WHERE subname = '" + name + "'")
        .equals(List.of("t"));
  }

  private static CommandResult apply(String... more) {
    return lab.run(List.of("apply", "bootstrap", "-o", "json"), more);
  }

  /** The error that ended sc1; the subscription is as it was, and nothing else was changed. */
  private static String refused() {
    CommandResult result = apply().exits(1);
    assertThat(result.steps("changed")).isEmpty();
    assertThat(enabled()).isFalse();
    return result.events("step_finished").stream()
        .filter(event -> event.path("node").asText().equals("sc1"))
        .map(event -> event.path("error"))
        .filter(JsonNode::isObject)
        .map(error -> error.path("message").asText())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void one_that_somebody_disabled_is_enabled_and_nothing_is_lost() {
    sql("sc2", "INSERT INTO rdpg.events (host, key, msg) VALUES ('sc2', 'meanwhile', '')");
    CommandResult preview = apply("--dry-run").exits(0);
    assertThat(preview.steps("would_change"))
        .singleElement()
        .asString()
        .startsWith("sc1: ")
        .endsWith("enable the subscription to {{ peer.name }}");
    assertThat(preview.steps("tentative")).as("waits for it alone").hasSize(2);
    assertThat(enabled()).as("a preview performs nothing").isFalse();

    assertThat(apply().exits(0).steps("changed")).isEqualTo(preview.steps("would_change"));
    assertThat(enabled()).isTrue();
    Eventually.holds(
        "what was written meanwhile has come",
        () ->
            sql("sc1", "SELECT count(*) FROM rdpg.events WHERE key = 'meanwhile'")
                .equals(List.of("1")));
    assertThat(apply("--dry-run", "--detailed-exitcode").exits(0).steps("would_change")).isEmpty();
  }

  @Test
  void one_without_a_slot_is_refused() {
    alter("SET (slot_name = NONE)");
    try {
      assertThat(refused())
          .contains(
              name,
              "has another slot than " + slot + ", or none",
              "SET (slot_name = " + slot + ")");
    } finally {
      alter("SET (slot_name = " + slot + ")");
    }
  }

  @Test
  void one_that_an_error_disabled_stays_with_that_error() throws SQLException {
    alter("SET (disable_on_error = true)");
    try (Connection quiet = lab.connect("sc1", "rdpg")) {
      // What has an origin isn't sent on, so sc2 doesn't know of this row.
      for (String statement :
          List.of(
              "SELECT pg_replication_origin_create('test')",
              "SELECT pg_replication_origin_session_setup('test')",
              "INSERT INTO rdpg.config (cluster_id, key, value) VALUES ('c', 'twice', 'here')")) {
        TrialNode.rows(quiet, statement);
      }
      alter("ENABLE");
      sql("sc2", "INSERT INTO rdpg.config (cluster_id, key, value) VALUES ('c', 'twice', 'there')");
      Eventually.holds("the error has disabled it", () -> !enabled());

      assertThat(refused())
          .contains(
              "was disabled by an error and stays so", "conflict=insert_exists", "config_pkey");

      TrialNode.rows(quiet, "DELETE FROM rdpg.config WHERE key = 'twice'");
      TrialNode.rows(quiet, "SELECT pg_replication_origin_session_reset()");
    } finally {
      alter("SET (disable_on_error = false)");
      alter("ENABLE");
      sql("sc1", "SELECT pg_replication_origin_drop('test')");
    }
    Eventually.holds(
        "it reads again",
        () ->
            sql("sc1", "SELECT value FROM rdpg.config WHERE key = 'twice'")
                .equals(List.of("there")));
  }

  @Test
  void a_peer_that_does_not_have_its_marker_is_another_server() {
    String marker =
        " FROM rdpg_replication.marker WHERE writer = '%s' AND reader = '%s'"
            .formatted(lab.address("sc2"), lab.address("sc1"));
    String token = sql("sc2", "SELECT token" + marker).getFirst();
    sql("sc2", "DELETE" + marker);
    try {
      assertThat(refused()).contains("its marker is not there: sc2 is another server");
    } finally {
      sql(
          "sc2",
          "INSERT INTO rdpg_replication.marker VALUES ('%s', '%s', '%s')"
              .formatted(lab.address("sc2"), lab.address("sc1"), token));
      alter("ENABLE");
    }
  }

  @Test
  void one_whose_slot_is_gone_is_refused() {
    sql("sc2", "SELECT pg_drop_replication_slot('" + slot + "')");
    try {
      assertThat(refused()).contains("its slot " + slot + " there is gone or invalid");
    } finally { // nothing was written, so nothing is lost
      sql("sc2", "SELECT pg_create_logical_replication_slot('" + slot + "', 'pgoutput')");
      alter("ENABLE");
    }
  }
}
