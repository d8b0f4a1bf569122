package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.lab.PglogicalServer;
import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.TestDeadlines;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The driver pglogical, on the distribution's PostgreSQL, from bare servers to a node that leaves.
 */
@Tag("cluster")
@Tag("long")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PglogicalIT implements Bootstrapped {

  @AutoClose private static LabUnderTest lab;
  private static PlanCopy plans;
  private static PreviewForecast forecast;
  private static CommandResult first;

  @BeforeAll
  static void start() {
    lab = LabUnderTest.threeServiceNodes("pglogical", PglogicalServer.settings());
    plans = PlanCopy.in(lab.directory()).firstLeads();
    refusesAServerThatIsNotSetUp();
    forecast = preview();
    first = apply().exits(0);
  }

  /** Before anything is changed. */
  private static void refusesAServerThatIsNotSetUp() {
    lab.sql(
        "sc2",
        "postgres",
        "ALTER SYSTEM SET pglogical.conflict_resolution = 'apply_remote'; SELECT pg_reload_conf()");
    try {
      Eventually.holds(
          "sc2 has it",
          () ->
              lab.sql("sc2", "postgres", "SHOW pglogical.conflict_resolution")
                  .equals(List.of("apply_remote")));
      CommandResult refused = lab.run("apply", "bootstrap", "-l", "sc2").exits(1);
      assertThat(refused.said())
          .contains("pglogical.conflict_resolution is apply_remote, must be last_update_wins");
      assertThat(lab.sql("sc2", "postgres", "SELECT 1 FROM pg_roles WHERE rolname = 'rdpg'"))
          .isEmpty();
    } finally {
      lab.sql(
          "sc2",
          "postgres",
          "ALTER SYSTEM RESET pglogical.conflict_resolution; SELECT pg_reload_conf()");
    }
  }

  @Override
  public LabUnderTest lab() {
    return lab;
  }

  private static CommandResult apply() {
    return lab.run("apply", plans.path("bootstrap.yml"), "-o", "json");
  }

  private static void inSync() {
    assertThat(apply().exits(0).steps("changed")).isEmpty();
  }

  private static PreviewForecast preview() {
    return PreviewForecast.by(
        lab.run("apply", plans.path("bootstrap.yml"), "--dry-run", "-o", "json").exits(0));
  }

  @Test
  @Order(2)
  void its_preview_was_exact_and_it_is_in_sync_then() {
    PreviewForecast.Outcome outcome = forecast.against(Performed.by(first.events()));
    System.out.println(outcome.line("of bare servers", forecast));
    assertThat(outcome.differences()).isEmpty();
    assertThat(forecast.openShare()).isLessThan(0.1);
    inSync();
    PreviewForecast again = preview();
    assertThat(again.effects()).isEmpty();
    assertThat(again.tentative()).isEmpty();
    AllIsWell.eventually(() -> lab.run("status"));
  }

  @Test
  @Order(3)
  void ids_do_not_collide_where_all_nodes_write_at_once() {
    EventRows.insertEverywhere(lab, 300);
    ReplicatedRows.areTheSameByPglogical(lab, lab.nodes());
    assertInRdpg("sc1", "SELECT count(*), count(DISTINCT id) FROM rdpg.events WHERE key = 'all'")
        .containsExactly("900|900");
  }

  /** Held back from each other until both have written. */
  @Test
  @Order(4)
  void of_two_changes_of_one_row_the_later_wins_everywhere() {
    lab.sql("sc1", "rdpg", "INSERT INTO rdpg.events (host, key, msg) VALUES ('', 'both', '')");
    arrivesEverywhere("both");
    for (String node : List.of("sc1", "sc2")) {
      disable(node);
    }
    lab.sql("sc2", "rdpg", "UPDATE rdpg.events SET msg = 'earlier' WHERE key = 'both'");
    lab.sql("sc1", "rdpg", "UPDATE rdpg.events SET msg = 'later' WHERE key = 'both'");
    apply().exits(0); // enables them
    ReplicatedRows.areTheSameByPglogical(lab, lab.nodes());
    assertInRdpg("sc2", "SELECT msg FROM rdpg.events WHERE key = 'both'").containsExactly("later");
  }

  private static void disable(String node) {
    lab.sql(
        node,
        "rdpg",
        "SELECT pglogical.alter_subscription_disable(sub_name, true) FROM pglogical.subscription");
  }

  private static void arrivesEverywhere(String key) {
    for (String node : lab.nodes()) {
      Eventually.holds(
          key + " is at " + node,
          TestDeadlines.LONG,
          () ->
              !lab.sql(node, "rdpg", "SELECT 1 FROM rdpg.events WHERE key = '%s'".formatted(key))
                  .isEmpty());
    }
  }

  @Test
  @Order(5)
  void a_node_that_was_killed_comes_back_and_gets_what_it_missed() {
    lab.kill("sc3", "postgres");
    for (String node : List.of("sc1", "sc2")) {
      EventRows.insert(lab, node, 50);
    }
    lab.run("lab", "up").exits(0);
    EventRows.insert(lab, "sc3", 50);
    ReplicatedRows.areTheSameByPglogical(lab, lab.nodes());
    inSync();
  }

  @Test
  @Order(6)
  void a_table_that_is_on_one_node_only_is_named() {
    lab.sql("sc2", "rdpg", "CREATE TABLE public.stray (id int PRIMARY KEY)");
    try {
      assertThat(lab.run("apply", "bootstrap").exits(1).said())
          .contains("tables of database rdpg on sc2 are not those on", "public.stray");
    } finally {
      lab.sql("sc2", "rdpg", "DROP TABLE public.stray");
    }
    inSync();
  }

  @Test
  @Order(6)
  void a_replacement_that_would_get_no_rows_is_refused() {
    assertThat(lab.run("apply", "replace-node", "-e", "node=sc3").exits(1).said())
        .contains("sc3 can't be replaced: this driver, pglogical,", "remove-node.yml -e node=sc3");
    inSync();
  }

  @Test
  @Order(7)
  void a_node_is_removed_and_leaves_nothing() {
    String gone =
        lab.nodes().stream()
            .filter(node -> !node.equals(leader("rdpgsc1")))
            .findFirst()
            .orElseThrow();
    List<String> others = lab.nodes().stream().filter(node -> !node.equals(gone)).toList();
    EventRows.insert(lab, gone, 50);
    lab.run("apply", "remove-node", "-e", "node=" + gone, "-o", "json").exits(0);
    for (String node : others) {
      EventRows.insert(lab, node, 20);
      assertInRdpg(node, "SELECT count(*) FROM pglogical.subscription").containsExactly("1");
      assertInRdpg(node, "SELECT count(*) FROM pg_replication_slots").containsExactly("1");
    }
    ReplicatedRows.areTheSameByPglogical(lab, others);
    assertInRdpg(
            others.getFirst(), "SELECT count(*) FROM rdpg.events WHERE host = '%s'".formatted(gone))
        .doesNotContain("0");
  }

  /** Whose slot was dropped can't know what it lacks. */
  @Test
  @Order(8)
  void a_lost_slot_is_refused() {
    String reader =
        lab.nodes().stream()
            .filter(
                node -> !lab.sql(node, "rdpg", "SELECT 1 FROM pglogical.subscription").isEmpty())
            .findFirst()
            .orElseThrow();
    String slot =
        lab.sql(reader, "rdpg", "SELECT slot FROM rdpg_replication.subscription").getFirst();
    String writer =
        lab.nodeAt(
            lab.sql(reader, "rdpg", "SELECT peer FROM rdpg_replication.subscription").getFirst());
    disable(reader);
    Eventually.holds(
        "nobody reads it",
        () ->
            lab.sql(
                    writer,
                    "rdpg",
                    "SELECT 1 FROM pg_replication_slots WHERE active AND slot_name = '%s'"
                        .formatted(slot))
                .isEmpty());
    lab.sql(writer, "rdpg", "SELECT pg_drop_replication_slot('%s')".formatted(slot));
    assertThat(lab.run("apply", "bootstrap", "-l", reader).exits(1).said())
        .contains(reader + " subscribes to " + writer, "is gone or invalid");
  }
}
