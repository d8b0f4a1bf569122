package io.rdpg.plan.e2e;

import static io.rdpg.plan.e2e.CrashPoint.after;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.Sweep;
import io.rdpg.plan.testing.TestDeadlines;
import io.rdpg.plan.testing.TestFiles;
import io.rdpg.plan.trial.TrialNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The write master of a cluster of three is lost, with all of its servers, while one of the others
 * lacks some of its rows; later it comes back.
 */
@Tag("cluster")
@Tag("long")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FailOverIT {
  private static final String KEY = "rdpg/rdpgsc1/writes";
  private static final List<String> SURVIVORS = List.of("sc2", "sc3");

  @AutoClose private static LabUnderTest lab;
  @AutoClose private static NodeWriter writer;

  /** Servers that nobody starts. */
  private static Path inventory;

  @BeforeAll
  static void bootstrap() throws IOException {
    lab = LabUnderTest.threeServiceNodes();
    inventory =
        Files.writeString(
            lab.directory().resolve("machines.yml"),
            LabUnderTest.asRealMachines(
                TestFiles.read(lab.inventory()),
                lab.home(),
                Files.getOwner(lab.file("sc1", "postgres/data")).getName()));
    lab.run("apply", PlanCopy.in(lab.directory()).firstLeads().path("bootstrap.yml"), "-o", "json")
        .exits(0);
    lab.sql("sc1", "postgres", "CREATE ROLE app LOGIN PASSWORD 'app'");
    NodeWriter.makeTable(lab, lab.nodes());
    writer = new NodeWriter(lab, "sc1");
  }

  private static CommandResult failOver(String lost, String... more) {
    return lab.run(
        List.of(
            "apply", "fail-over", "-o", "json", "-i", inventory.toString(), "-e", "lost=" + lost),
        more);
  }

  private static void assertRefused(CommandResult result, String why) {
    assertThat(result.exit()).as(result.said()).isEqualTo(1);
    assertThat(result.stdout()).contains(why);
    assertThat(lab.kv(KEY).orElseThrow()).startsWith(lab.address("sc1") + " ").endsWith(" 1");
    assertThat(lab.keys()).doesNotContainKey("rdpg/rdpgsc1/out/sc1");
  }

  @Test
  @Order(1)
  void what_is_not_lost_keeps_its_writes() {
    assertRefused(failOver("sc1"), "sc1 is alive, as far as its Consul agent goes");
    assertRefused(failOver("sc2"), "sc2 doesn't take the writes of rdpgsc1");
    assertRefused(failOver("sc9"), "no cluster of the inventory has a node 'sc9'");
  }

  @Test
  @Order(2)
  void a_survivor_that_lacks_rows_is_named_before_anything_is_changed() {
    writer.start().awaitMore(20);
    lab.sql("sc3", "rdpg", "ALTER SUBSCRIPTION " + from("sc1") + " DISABLE");
    writer.awaitMore(50);
    lab.sql("sc1", "rdpg", "INSERT INTO rdpg.events (host, key, msg) VALUES ('sc1', 'last', '')");
    Eventually.holds("sc2 has the last row", () -> hasLastRow("sc2"));
    lab.killMachine("sc1");
    writer.awaitFailure();
    lab.askConsulOf("sc2");

    CommandResult refused = failOver("sc1");
    assertRefused(refused, "and nobody sends them on");
    assertThat(refused.stdout())
        .containsPattern("sc3 lacks [1-9][0-9]* bytes \\(of WAL\\) of sc1's")
        .doesNotContainPattern("sc2 lacks [1-9]");
    assertThat(hasLastRow("sc3")).isFalse();
  }

  static List<CrashPoint> points() {
    return Sweep.of(
        List.of(
            after("choose.yml", "{{ lost }} is out"),
            after("choose.yml", "{{ (standing.rows | first).name }} takes the writes"),
            after("fail-over.yml", "pgbouncer, haproxy and their registrations follow"),
            after("take-out.yml", "its machine is forgotten")),
        2);
  }

  /** Any of the survivors may be the first; a preview shows the first in the inventory. */
  private static PlanCopy sc2First() {
    return PlanCopy.in(lab.directory())
        .insert(
            "fail-over.yml",
            "the writes were there",
            List.of(
                "- name: sc2 chooses",
                "  when: node.name == 'sc3' and (writes.value | split(' ') | first) == listed",
                "  wait_for:",
                "    key: rdpg/rdpgsc1/writes",
                "    other_than: \"{{ writes.value }}\"",
                "    timeout: 5m"))
        .insert(
            "fail-over.yml",
            "PostgreSQL and the registration follow",
            List.of(
                "- name: sc2 takes it out",
                "  when: node.name == 'sc3'",
                "  wait_for:",
                "    key: rdpg/rdpgsc1/out/sc1",
                "    value: \"{{ out.found ? (out.value | split(' '))[0] : membership.value }} {{ listed }}\"",
                "    timeout: 5m"));
  }

  @Test
  @Order(3)
  void who_has_most_takes_the_writes_however_often_the_run_is_killed() throws SQLException {
    Eventually.holds(
        "Consul has taken the dead server out by itself (autopilot's CleanupDeadServers)",
        TestDeadlines.LONG,
        () -> lab.consul("sc2", "/v1/catalog/node/sc1?consistent").path("Node").isMissingNode());
    List<String> apply =
        List.of(
            "apply",
            sc2First().path("fail-over.yml"),
            "-o",
            "json",
            "-i",
            inventory.toString(),
            "-e",
            "lost=sc1",
            "-e",
            "accept_loss=true");
    PreviewForecast forecast = PreviewForecast.by(lab.run(apply, "--dry-run").exits(0));
    List<Performed> runs = new ArrayList<>();
    for (CrashPoint crash : points()) {
      CommandResult killed =
          crash
              .arm(sc2First())
              .start(
                  lab,
                  "fail-over.yml",
                  SURVIVORS,
                  "-i",
                  inventory.toString(),
                  "-e",
                  "lost=sc1",
                  "-e",
                  "accept_loss=true")
              .await();
      assertThat(killed.exit()).as("killed %s: %s", crash, killed).isEqualTo(CrashPoint.KILLED);
      runs.add(Performed.by(killed.events()));
    }
    runs.add(Performed.by(lab.run(apply).exits(0).events()));

    PreviewForecast.Outcome outcome =
        forecast.against(runs.stream().reduce(Performed::then).orElseThrow());
    System.out.println(outcome.line("of a fail-over", forecast));
    assertThat(outcome.differences()).isEmpty();
    assertThat(forecast.openShare()).isLessThan(0.1);

    assertThat(lab.kv(KEY).orElseThrow()).startsWith(lab.address("sc2") + " ").endsWith(" 2");
    Eventually.holds(
        "sc2 is registered as the write master",
        () ->
            lab.services("rdpgsc1-master").equals(List.of("sc2 " + lab.address("sc2") + ":5432")));
    for (String at : SURVIVORS) {
      try (Connection client =
          lab.connect(at, LabUnderTest.HAPROXY, "rdpg", "rdpg", lab.secret("rdpg"))) {
        assertThat(TrialNode.rows(client, "SELECT host(inet_server_addr())"))
            .as(at)
            .containsExactly(lab.address("sc2"));
      }
      assertThat(lab.sql(at, "rdpg", "SELECT subname FROM pg_subscription")).hasSize(1);
      assertThat(lab.sql(at, "rdpg", "SELECT slot_name FROM pg_replication_slots")).hasSize(1);
    }
    assertThat(hasLastRow("sc2")).isTrue();
    // As foretold: sc3 lacks what came after it was cut off, and the one that took the writes
    // nothing
    // that anybody has.
    int kept = writer.rowsUpToTheLast("sc2");
    assertThat(writer.rowsUpToTheLast("sc3")).isPositive().isLessThan(kept);
    assertThat(lab.keys())
        .containsKeys("rdpg/rdpgsc1/received/sc1/sc2", "rdpg/rdpgsc1/received/sc1/sc3");

    assertThat(failOver("sc1").exits(0).steps("changed")).isEmpty();
    assertThat(
            lab.run("apply", "bootstrap", "-o", "json", "-i", inventory.toString(), "-l", "sc2,sc3")
                .exits(0)
                .steps("changed"))
        .isEmpty();
  }

  /** Nobody runs rdpg-plan. Its files are those of the write master that it was. */
  @Test
  @Order(4)
  void a_lost_write_master_that_comes_back_keeps_applications_out_by_itself() {
    assertThat(hba()).contains("# The writes are here, epoch 1");
    lab.run("lab", "up").exits(0);
    Eventually.holds(
        "sc1 keeps applications out",
        TestDeadlines.LONG,
        () -> !hba().contains("# The writes are here"));
    Eventually.holds(
        "only sc2 is registered as the write master",
        TestDeadlines.LONG,
        () ->
            lab.services("rdpgsc1-master").equals(List.of("sc2 " + lab.address("sc2") + ":5432")));
    assertThatThrownBy(
            () -> lab.connect("sc1", LabUnderTest.POSTGRES, "rdpg", "app", "app").close())
        .hasMessageContaining("pg_hba.conf");
    assertThat(lab.sql("sc1", "rdpg", "SELECT 1 FROM pg_stat_activity WHERE usename = 'app'"))
        .isEmpty();

    // What it had acknowledged and sent to nobody is on its disk alone.
    assertThat(writer.rowsUpToTheLast("sc1"))
        .isBetween(writer.count(), writer.count() + 1)
        .isGreaterThanOrEqualTo(writer.rowsUpToTheLast("sc2"));

    CommandResult refused =
        lab.run("apply", "bootstrap", "-o", "json", "-i", inventory.toString(), "-l", "sc1");
    assertThat(refused.exits(1).steps("failed"))
        .containsExactly("sc1: this node was not taken out");
  }

  private static String hba() {
    return TestFiles.read(lab.file("sc1", "postgres/data/pg_hba.conf"));
  }

  private static boolean hasLastRow(String node) {
    return !lab.sql(node, "rdpg", "SELECT 1 FROM rdpg.events WHERE key = 'last'").isEmpty();
  }

  private static String from(String node) {
    return "from_rdpg_" + lab.address(node).replace('.', '_');
  }
}
