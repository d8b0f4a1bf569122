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
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Two nodes of a cluster of three are lost and made anew, one after the other, while the others are
 * written to: first sc3, of whose rows one has come to sc2 only, then sc1, which had the writes and
 * was failed over.
 */
@Tag("cluster")
@Tag("long")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReplaceNodeIT {
  private static final String COPY = "replication/native/copy-from.yml";
  private static final String JOIN = "replication/native/join.yml";

  @AutoClose private static LabUnderTest lab;
  @AutoClose private static NodeWriter first;
  @AutoClose private static NodeWriter second;

  @BeforeAll
  static void bootstrap() {
    lab = LabUnderTest.threeServiceNodes();
    lab.run("apply", PlanCopy.in(lab.directory()).firstLeads().path("bootstrap.yml"), "-o", "json")
        .exits(0);
    NodeWriter.makeTable(lab, lab.nodes());
    first = new NodeWriter(lab, "sc1").start();
    second = new NodeWriter(lab, "sc2").start();
  }

  private static CommandResult replace(String node, String... more) {
    return lab.run(List.of("apply", "replace-node", "-o", "json", "-e", "node=" + node), more);
  }

  private static void assertRefused(CommandResult result, String why) {
    result.exits(1);
    assertThat(result.stdout()).contains(why);
    assertThat(result.steps("changed")).isEmpty();
  }

  // --- refused, and nothing changed ---

  @Test
  @Order(1)
  void what_is_not_lost_is_not_replaced() {
    assertRefused(lab.run("apply", "replace-node", "-o", "json"), "say which node is to be");
    assertRefused(replace("sc9"), "no cluster of the inventory has a node 'sc9'");
    assertRefused(replace("sc1"), "sc1 is the write master of rdpgsc1");
    assertRefused(replace("sc3"), "nothing to replace: the server of sc3 is the very one");
  }

  @Test
  @Order(2)
  void a_new_server_at_an_old_name_is_refused_until_somebody_says_that_it_replaces_it() {
    insert("sc3", "everywhere");
    Eventually.holds("sc1 has it", () -> has("sc1", "everywhere"));
    lab.sql("sc1", "rdpg", "ALTER SUBSCRIPTION " + from("sc3") + " DISABLE");
    insert("sc3", "at sc2 only");
    Eventually.holds("sc2 has it", () -> has("sc2", "at sc2 only"));
    lab.kill("sc3", "postgres");
    ReplicatedRows.forgetWhatItWasTold(lab, "sc3", "sc2");
    lab.wipe("sc3", "postgres/data");
    makeReady("sc3");

    CommandResult bootstrap = lab.run("apply", "bootstrap", "-o", "json");
    assertRefused(bootstrap, "replace-node.yml -e node=sc3");
    assertThat(bootstrap.steps("failed")).contains("sc3: this node is no other server than before");

    PlanCopy hasty =
        PlanCopy.in(lab.directory())
            .replace("replication/native/level.yml", "timeout: 30s", "timeout: 1s");
    CommandResult lossy =
        lab.run("apply", hasty.path("replace-node.yml"), "-o", "json", "-e", "node=sc3");
    assertThat(lossy.stdout()).contains("sc1 has all of its rows that others have");
    assertRefused(lossy, "waited 1s");
  }

  // --- one that only reads ---

  static List<CrashPoint> points() {
    return Sweep.of(
        List.of(
            after("take-out.yml", "{{ gone }} is out"),
            after("replication/native/leave.yml", "{{ member.name }} does not read from it"),
            after("take-out.yml", "it is no member"),
            after("take-out.yml", "nothing is left to do"),
            after("replace-node.yml", "who replaces it"),
            after("replace-node.yml", "{{ gone }} is out no more"),
            after("replace-node.yml", "nothing is left of the lost one"),
            after(COPY, "slot at {{ member.name }}, before the copy"),
            after(COPY, "all rows of {{ source.name }}"),
            after(JOIN, "this node has all rows"),
            after("members.yml", "this node has joined").by("node.name == 'sc3'")),
        2);
  }

  @Test
  @Order(3)
  void a_lost_reader_is_replaced_however_often_the_run_is_killed() {
    CommandResult preview = replace("sc3", "-e", "accept_loss=true", "--dry-run").exits(0);
    assertThat(PreviewForecast.by(preview).openShare()).isLessThan(0.1);

    for (CrashPoint crash : points()) {
      CommandResult killed =
          crash
              .arm(toldOfChanges())
              .start(
                  lab, "replace-node.yml", lab.nodes(), "-e", "node=sc3", "-e", "accept_loss=true")
              .await();
      assertThat(killed.exit()).as("killed %s: %s", crash, killed).isEqualTo(CrashPoint.KILLED);
      lab.endSessions();
    }
    CommandResult replaced =
        lab.run(
                "apply",
                toldOfChanges().path("replace-node.yml"),
                "-o",
                "json",
                "-e",
                "node=sc3",
                "-e",
                "accept_loss=true")
            .exits(0);
    assertThat(replaced.steps("changed"))
        .anyMatch(
            step -> step.startsWith("sc3: ") && step.endsWith("/a change, once it has joined"));

    assertAnIdThatNobodyGave("sc3");
    // Once its peers have their slots here, which a run that was killed may have left, it may
    // write.
    Eventually.holds(
        "what sc3 is told gets to all, or is written nowhere",
        () -> lab.nodes().stream().map(ReplaceNodeIT::toldOf).distinct().count() == 1);
    assertThat(toldOf("sc3")).noneMatch(told -> told.contains("while it copies"));
    lab.sql("sc2", "rdpg", "DELETE FROM rdpg.events WHERE key = 'at sc2 only'");
    assertWhole();
    end(first);
    assertThat(replace("sc3").exits(0).steps("changed")).isEmpty();
  }

  // --- one that had the writes ---

  @Test
  @Order(4)
  void a_failed_over_write_master_comes_back_as_a_new_server()
      throws IOException, InterruptedException {
    Path machines =
        Files.writeString(
            lab.directory().resolve("machines.yml"),
            LabUnderTest.asRealMachines(
                TestFiles.read(lab.inventory()),
                lab.home(),
                Files.getOwner(lab.file("sc1", "postgres/data")).getName()));
    lab.killMachine("sc1");
    lab.wipe("sc1", ".");
    lab.askConsulOf("sc2");
    lab.run("apply", "fail-over", "-o", "json", "-i", machines.toString(), "-e", "lost=sc1")
        .exits(0);

    makeReady("sc1");
    // Either of the others may be the first to drop what it keeps; a preview can't know which.
    PlanCopy sc2First =
        PlanCopy.in(lab.directory())
            .insert(
                "replace-node.yml",
                "its address was nobody else's",
                List.of(
                    "- name: sc2 is the first",
                    "  when: node.name == 'sc3'",
                    "  wait_for: {key: rdpg/rdpgsc1/replaced/sc1, timeout: 5m}"));
    List<String> apply =
        List.of("apply", sc2First.path("replace-node.yml"), "-o", "json", "-e", "node=sc1");
    PreviewForecast forecast = PreviewForecast.by(lab.run(apply, "--dry-run").exits(0));
    CommandResult replaced = lab.run(apply).exits(0);
    PreviewForecast.Outcome outcome = forecast.against(Performed.by(replaced.events()));
    System.out.println(outcome.line("of the replacement", forecast));

    assertThat(lab.kv("rdpg/rdpgsc1/writes").orElseThrow()).startsWith(lab.address("sc2") + " ");
    assertAnIdThatNobodyGave("sc1");
    assertWhole();
    end(second);
    first.assertNothingLostOrDoubled(lab.nodes());
    ReplicatedRows.areTheSame(lab, lab.nodes());
    assertThat(lab.run("apply", "bootstrap", "-o", "json").exits(0).steps("changed")).isEmpty();
    assertThat(outcome.differences()).isEmpty();
    assertThat(forecast.openShare()).isLessThan(0.12);
  }

  // --- what is done ---

  /**
   * Plans in which Consul's watches, which are the lost server's still, tell sc3 of a change of a
   * service while it joins.
   */
  private static PlanCopy toldOfChanges() {
    return PlanCopy.in(lab.directory())
        .insert(COPY, "the tables, with ids of this node's own", change("while it copies"))
        .insert(JOIN, "this node has all rows", change("once it has joined"));
  }

  private static List<String> change(String when) {
    return List.of(
        "- name: a change, " + when,
        "  allow: {node_step_in_cluster_plan: it is this very node that is told}",
        "  when: node.name == 'sc3'",
        "  touches: a change",
        "  command: {run: [sh, -c, \"echo '[]' | {{ handler_dir }}/rdpg-watch '%s'\"], always: true}"
            .formatted(when));
  }

  /** What a node knows of changes that sc3 was told of by {@link #toldOfChanges}. */
  private static List<String> toldOf(String node) {
    return lab.sql(
        node,
        "rdpg",
        "SELECT msg FROM rdpg.consul_watch_notifications WHERE msg ~ 'while it copies|has joined'");
  }

  /** Starts a machine's servers, and makes what the bootstrap leaves to its administrator. */
  private static void makeReady(String node) {
    lab.run("lab", "up").exits(0);
    lab.sql(node, "postgres", "CREATE ROLE rdpg");
    lab.sql(node, "postgres", "CREATE DATABASE rdpg OWNER rdpg TEMPLATE template0");
    NodeWriter.makeTable(lab, List.of(node));
  }

  private static long insert(String node, String key) {
    return Long.parseLong(
        lab.sql(
                node,
                "rdpg",
                "INSERT INTO rdpg.events (host, key, msg) VALUES ('%s', '%s', '') RETURNING id"
                    .formatted(node, key))
            .getFirst());
  }

  // --- what must be true ---

  private static boolean has(String node, String key) {
    return !lab.sql(node, "rdpg", "SELECT 1 FROM rdpg.events WHERE key = '" + key + "'").isEmpty();
  }

  /** A row of the new server gets to all others, also where they have rows of the lost one. */
  private static void assertAnIdThatNobodyGave(String node) {
    List<String> remainders =
        lab.sql("sc2", "rdpg", "SELECT DISTINCT id % 16 FROM rdpg.events ORDER BY 1");
    long id = insert(node, "new " + node);
    assertThat(remainders).isNotEmpty().doesNotContain(Long.toString(id % 16));
    for (String other : lab.nodes()) {
      Eventually.holds(other + " has it", () -> has(other, "new " + node));
    }
  }

  private static void assertWhole() {
    for (String node : lab.nodes()) {
      assertThat(lab.sql(node, "rdpg", "SELECT subname FROM pg_subscription")).hasSize(2);
      assertThat(lab.sql(node, "rdpg", "SELECT slot_name FROM pg_replication_slots")).hasSize(2);
      assertThat(
              lab.sql(node, "rdpg", "SELECT why FROM rdpg_replication.readiness WHERE NOT ready"))
          .as(node)
          .isEmpty();
    }
    assertThat(lab.keys().keySet()).noneMatch(key -> key.matches("rdpg/rdpgsc1/(out|received)/.*"));
    AllIsWell.eventually(() -> lab.run("status"));
  }

  private static void end(NodeWriter writer) {
    writer.end();
    assertThat(writer.count()).isGreaterThan(100);
    writer.assertNothingLostOrDoubled(lab.nodes());
  }

  private static String from(String node) {
    return "from_rdpg_" + lab.address(node).replace('.', '_');
  }
}
