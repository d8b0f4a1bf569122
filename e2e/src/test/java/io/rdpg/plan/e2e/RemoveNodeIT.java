package io.rdpg.plan.e2e;

import static io.rdpg.plan.e2e.CrashPoint.after;
import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.Sweep;
import io.rdpg.plan.testing.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Nodes are taken out of a cluster of three, one after the other: first sc3, which is dead and
 * which the inventory lists no more, then sc2, alive and listed. Meanwhile sc1 is written to.
 */
@Tag("cluster")
@Tag("long")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RemoveNodeIT {
  private static final String ALL_PAIRS = "SELECT subname FROM pg_subscription";

  @AutoClose private static LabUnderTest lab;

  /** Servers that nobody starts: sc1, sc2, sc3. */
  private static Path inventory;

  /** The same without sc3. */
  private static Path withoutSc3;

  @BeforeAll
  static void bootstrap() throws IOException {
    lab = LabUnderTest.threeServiceNodes();
    String machines =
        LabUnderTest.asRealMachines(
            TestFiles.read(lab.inventory()),
            lab.home(),
            Files.getOwner(lab.file("sc1", "postgres/data")).getName());
    inventory = Files.writeString(lab.directory().resolve("three.yml"), machines);
    withoutSc3 =
        Files.writeString(
            lab.directory().resolve("two.yml"), machines.replaceFirst("(?m)^ +sc3:.*\n", ""));
    lab.run("apply", PlanCopy.in(lab.directory()).firstLeads().path("bootstrap.yml"), "-o", "json")
        .exits(0);
    NodeWriter.makeTable(lab, lab.nodes());
  }

  private static CommandResult remove(Path inventory, String node, String... more) {
    return lab.run(
        List.of(
            "apply", "remove-node", "-o", "json", "-i", inventory.toString(), "-e", "node=" + node),
        more);
  }

  private static CommandResult bootstrap(Path inventory, String nodes) {
    return lab.run("apply", "bootstrap", "-o", "json", "-i", inventory.toString(), "-l", nodes);
  }

  // --- refused, and nothing changed ---

  @Test
  @Order(1)
  void what_a_cluster_cannot_do_without_stays() {
    assertRefused(remove(inventory, "sc1"), "sc1 is the write master of rdpgsc1");
    assertRefused(remove(inventory, "sc9"), "no cluster has a node 'sc9'");
    assertRefused(
        remove(inventory, "sc2", "-e", "{least_nodes: 3}"), "without sc2 rdpgsc1 has only 2 nodes");
    assertRefused(remove(withoutSc3, "sc3"), "sc3 is alive, but the inventory doesn't list it");
    assertRefused(
        lab.run("apply", "remove-node", "-i", inventory.toString(), "-o", "json"),
        "say which node is to go");
  }

  private static void assertRefused(CommandResult result, String why) {
    result.exits(1);
    assertThat(result.stdout()).contains(why);
    assertThat(result.steps("changed")).isEmpty();
    assertThat(lab.keys()).doesNotContainKey("rdpg/rdpgsc1/out/sc3");
  }

  // --- a dead one ---

  static List<CrashPoint> points() {
    return Sweep.of(
        List.of(
            after("take-out.yml", "{{ gone }} is out"),
            after("replication/native/leave.yml", "{{ member.name }} does not read from it"),
            after("replication/native/leave.yml", "{{ member.name }} keeps no WAL for it"),
            after("take-out.yml", "its machine is forgotten"),
            after("take-out.yml", "it is no member"),
            after("remove-node.yml", "who is out now")),
        2);
  }

  /** sc1 lacks a row of it that sc2 has. */
  @Test
  @Order(2)
  void a_dead_node_goes_whose_rows_not_everybody_has() {
    NodeWriter writer = new NodeWriter(lab, "sc1").start();
    lab.sql("sc1", "rdpg", "ALTER SUBSCRIPTION " + from("sc3") + " DISABLE");
    lab.sql("sc3", "rdpg", "INSERT INTO rdpg.events (host, key, msg) VALUES ('sc3', 'last', '')");
    String last = "SELECT 1 FROM rdpg.events WHERE key = 'last'";
    Eventually.holds("sc2 has it", () -> !lab.sql("sc2", "rdpg", last).isEmpty());
    assertThat(lab.sql("sc1", "rdpg", last)).isEmpty();
    lab.killMachine("sc3");

    PlanCopy hasty =
        PlanCopy.in(lab.directory())
            .replace("replication/native/level.yml", "timeout: 30s", "timeout: 1s");
    List<String> withoutLoss =
        List.of(
            "apply",
            hasty.path("remove-node.yml"),
            "-o",
            "json",
            "-i",
            withoutSc3.toString(),
            "-e",
            "node=sc3");
    CommandResult refused = lab.run(withoutLoss);
    assertThat(refused.stdout()).contains("sc1 has all of its rows that others have");
    assertRefused(refused, "waited 1s");

    acceptLossAndKill(after("take-out.yml", "{{ gone }} is out"));
    CommandResult again = lab.run(withoutLoss).exits(1);
    assertThat(again.stdout()).as("that it is out is no leave to lose rows").contains("waited 1s");
    assertThat(again.steps("changed")).isEmpty();

    points().forEach(RemoveNodeIT::acceptLossAndKill);
    remove(withoutSc3, "sc3", "-e", "accept_loss=true").exits(0);
    assertNothingIsLeftOf("sc3", List.of("sc1", "sc2"));
    assertThat(lab.consul("/v1/catalog/node/sc3").isNull()).isTrue();
    assertThat(remove(withoutSc3, "sc3").exits(0).steps("changed")).isEmpty();

    // In the inventory or not, the others wait for it no more.
    assertThat(bootstrap(withoutSc3, "all").exits(0).steps("changed")).isEmpty();
    assertThat(bootstrap(inventory, "sc1,sc2").exits(0).steps("changed")).isEmpty();

    // But for the rows whose loss was accepted.
    lab.sql("sc2", "rdpg", "DELETE FROM rdpg.events WHERE key = 'last'");
    ReplicatedRows.forgetWhatItWasTold(lab, "sc3", "sc2");
    end(writer, "sc1", "sc2");
    ReplicatedRows.areTheSame(lab, List.of("sc1", "sc2"));
  }

  private static void acceptLossAndKill(CrashPoint crash) {
    CommandResult killed =
        crash
            .arm(lab)
            .start(
                lab,
                "remove-node.yml",
                List.of("sc1", "sc2"),
                "-i",
                withoutSc3.toString(),
                "-e",
                "node=sc3",
                "-e",
                "accept_loss=true")
            .await();
    assertThat(killed.exit()).as("killed %s: %s", crash, killed).isEqualTo(CrashPoint.KILLED);
  }

  // --- one that is alive ---

  @Test
  @Order(3)
  void a_living_node_goes_and_all_of_its_rows_arrive_before() {
    // Another writer begins to count anew.
    lab.sql("sc1", "rdpg", "TRUNCATE rdpg.events, public.without_key");
    NodeWriter writer = new NodeWriter(lab, "sc1").start();
    lab.sql(
        "sc2",
        "rdpg",
        "INSERT INTO rdpg.events (host, key, msg) SELECT 'sc2', 'bulk', i"
            + " FROM generate_series(1, 20000) AS i");
    String[] enough = {"-e", "{least_nodes: 1}"};
    CommandResult preview = remove(inventory, "sc2", concat(enough, "--dry-run", "-l", "sc1,sc2"));
    CommandResult apply = remove(inventory, "sc2", concat(enough, "-l", "sc1,sc2")).exits(0);
    assertThat(new TreeSet<>(apply.steps("changed")))
        .isEqualTo(new TreeSet<>(preview.exits(0).steps("would_change")));
    assertThat(preview.steps("tentative")).hasSizeLessThanOrEqualTo(1); // whether its rows arrived

    assertNothingIsLeftOf("sc2", List.of("sc1"));
    assertThat(lab.sql("sc1", "rdpg", "SELECT count(*) FROM rdpg.events WHERE key = 'bulk'"))
        .containsExactly("20000");
    assertThat(lab.sql("sc2", "rdpg", ALL_PAIRS)).isEmpty();
    assertThat(lab.sql("sc2", "rdpg", "SELECT slot_name FROM pg_replication_slots")).isEmpty();
    assertThat(lab.consul("sc2", "/v1/agent/services")).isEmpty();

    assertThat(bootstrap(inventory, "sc1").exits(0).steps("changed")).isEmpty();
    CommandResult refused = bootstrap(inventory, "sc1,sc2").exits(1);
    assertThat(refused.steps("failed")).containsExactly("sc2: this node was not taken out");

    end(writer, "sc1");
    assertThat(writer.rowsUpToTheLast("sc2")).as("none between is missing there").isPositive();
  }

  private static void end(NodeWriter writer, String... nodes) {
    writer.end();
    assertThat(writer.count()).isGreaterThan(100);
    writer.assertNothingLostOrDoubled(List.of(nodes));
  }

  private static String[] concat(String[] first, String... more) {
    return java.util.stream.Stream.of(first, more)
        .flatMap(java.util.Arrays::stream)
        .toArray(String[]::new);
  }

  // --- what must be true ---

  private static void assertNothingIsLeftOf(String gone, List<String> others) {
    for (String node : others) {
      assertThat(lab.sql(node, "rdpg", ALL_PAIRS)).as(node).doesNotContain(from(gone));
      assertThat(lab.sql(node, "rdpg", "SELECT slot_name FROM pg_replication_slots"))
          .as(node)
          .doesNotContain("to_" + id(gone));
      for (String file : List.of("postgres/data/pg_hba.conf", "postgres/rdpg.pgpass")) {
        assertThat(TestFiles.read(lab.file(node, file))).as(node).doesNotContain(lab.address(gone));
      }
    }
    Set<String> keys =
        lab.keys().entrySet().stream()
            .map(key -> key.getKey() + " " + key.getValue())
            .filter(key -> key.contains(gone) || key.contains(lab.address(gone)))
            .collect(Collectors.toSet());
    assertThat(keys).singleElement().asString().startsWith("rdpg/rdpgsc1/out/" + gone);
    for (String service : List.of("rdpgsc1", "haproxy", "pgbouncer", "postgres")) {
      assertThat(lab.services(service)).as(service).noneMatch(one -> one.startsWith(gone));
    }
  }

  private static String id(String node) {
    return "rdpg_" + lab.address(node).replace('.', '_');
  }

  private static String from(String node) {
    return "from_" + id(node);
  }
}
