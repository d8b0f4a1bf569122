package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.TestFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The bootstrap of two bare clusters, by one process for all nodes. */
@Tag("cluster")
class BootstrapIT implements InPostgres, InConsul, InFiles, Replicates, Serves, RunsAgain {
  @AutoClose private static final LabUnderTest LAB = LabUnderTest.start();
  private static final Set<String> COMMAND_LINES = new TreeSet<>();

  private static CommandResult preview;
  private static Map<String, String> beforePreview;
  private static Map<String, String> afterPreview;
  private static CommandResult first;

  @BeforeAll
  static void bootstrap() {
    beforePreview = Footprint.whenQuiet(LAB);
    preview = apply("--dry-run", "--detailed-exitcode");
    afterPreview = Footprint.of(LAB);
    try (CommandLines commandLines = new CommandLines()) {
      first = LAB.start("apply", "bootstrap.yml", "-o", "json").await();
      COMMAND_LINES.addAll(commandLines.seen());
    }
    assertThat(first.exit()).as(first.stdout() + first.stderr()).isZero();
  }

  @Override
  public LabUnderTest lab() {
    return LAB;
  }

  @Override
  public List<CommandResult> again() {
    return List.of(apply());
  }

  private static CommandResult apply(String... more) {
    return LAB.run(List.of("apply", "bootstrap.yml", "-o", "json"), more);
  }

  @Test
  void a_claim_that_names_no_server_is_reported() {
    String key = "/v1/kv/rdpg/rdpgmc/leader";
    String claim = LAB.kv("rdpg/rdpgmc/leader").orElseThrow();
    try {
      LAB.consulPut("mc1", key, "garbage");
      CommandResult result = apply("-l", "mc1").exits(1);
      assertThat(result.steps("failed")).contains("mc1: who leads/the claim names a server");
      assertThat(result.stdout()).contains("the claim rdpg/rdpgmc/leader is 'garbage'");
    } finally {
      LAB.consulPut("mc1", key, claim);
    }
  }

  // --- requests ---

  /**
   * Each round ends at a wait; beside those there are the start and what lookups decide, and two
   * steps that look at every member on its own. Who leads looks at the schema and at who takes the
   * writes besides.
   */
  @Test
  void in_sync_a_connection_gets_few_requests_beside_those_of_waits() {
    for (String cluster : CLUSTERS.keySet()) {
      String leader = leader(cluster);
      String follower =
          LAB.nodes(cluster).stream().filter(n -> !n.equals(leader)).toList().getLast();
      for (String mode : List.of("--diff", "--dry-run")) {
        asksLittle(follower, mode, 5);
        asksLittle(leader, mode, 9);
      }
    }
  }

  private static void asksLittle(String node, String mode, int besides) {
    CommandResult result = apply(mode, "-l", node).exits(0);
    long waits =
        result.events("step_finished").stream()
            .filter(step -> step.path("primitive").asText().equals("wait_for"))
            .count();
    assertThat(result.events("node_asked")).isNotEmpty();
    for (JsonNode asked : result.events("node_asked")) {
      for (JsonNode connection : asked.path("connections")) {
        long opened = Math.max(1, connection.path("connects").asLong());
        assertThat(connection.path("requests").asLong())
            .as("%s %s: %s asked %s", node, mode, asked.path("node"), connection)
            .isLessThanOrEqualTo((waits + besides) * opened);
      }
    }
  }

  // --- previews ---

  @Test
  void a_preview_of_bare_servers_touches_nothing() {
    assertThat(preview.exit()).as(preview.stderr()).isEqualTo(10);
    assertThat(afterPreview).containsExactlyEntriesOf(beforePreview);
    assertThat(preview.steps("would_change"))
        .contains(
            "mc1: user rdpg",
            "mc1: the way to and from the peers/peers.yml/pg_hba.conf",
            "mc1: register this node",
            "mc1: who leads/claim the lead",
            "mc1: who leads/lead/leader.yml/take the writes",
            "sc1: user rdpg",
            "sc2: register this node");
    assertThat(preview.steps("changed")).isEmpty();
    assertThat(preview.steps("failed")).isEmpty();
    assertThat(preview.events("lock_acquired")).isEmpty();
    assertThat(preview.events("run_started").getFirst().path("mode").asText()).isEqualTo("preview");
  }

  @Test
  void a_preview_of_what_is_bootstrapped_finds_nothing() {
    CommandResult again = apply("--dry-run", "--detailed-exitcode").exits(0);
    assertThat(again.steps("would_change")).isEmpty();
    assertThat(again.steps("tentative")).isEmpty();
  }

  // --- what is printed ---

  @Test
  void every_line_of_the_output_is_an_event() {
    List<JsonNode> events = first.events();
    Map<String, List<String>> fields =
        Map.of(
            "run_started", List.of("plan", "inventory", "nodes", "mode"),
            "node_asked", List.of("node", "connections"),
            "step_started", List.of("node", "plan", "step", "label", "id", "line", "primitive"),
            "step_finished",
                List.of(
                    "node",
                    "plan",
                    "step",
                    "label",
                    "id",
                    "item",
                    "on",
                    "line",
                    "primitive",
                    "status",
                    "effects",
                    "duration_ms",
                    "error",
                    "because",
                    "reads"),
            "waiting", List.of("node", "step", "for", "elapsed_ms", "deadline_ms"),
            "lock_acquired", List.of("node", "key", "session"),
            "lock_released", List.of("node", "key", "session"),
            "run_finished", List.of("nodes", "exit_code"));
    String run = events.getFirst().path("run").asText();
    for (JsonNode event : events) {
      String kind = event.path("event").asText();
      assertThat(fields).as(event.toString()).containsKey(kind);
      assertThat(fields.getOrDefault(kind, List.of())).as(event.toString()).allMatch(event::has);
      assertThat(event.path("run").asText()).isNotEmpty().isEqualTo(run);
      assertThat(Instant.parse(event.path("time").asText())).isAfter(Instant.EPOCH);
    }
    assertThat(events.getFirst().path("event").asText()).isEqualTo("run_started");
    assertThat(events.getLast().path("event").asText()).isEqualTo("run_finished");
    assertThat(first.events("run_started")).hasSize(1);
    assertThat(first.events("run_finished")).hasSize(1);
    assertThat(events.getFirst().path("nodes").valueStream().map(JsonNode::asText))
        .containsExactlyElementsOf(LAB.nodes());
    assertThat(journal(run).lines().map(BootstrapIT::withoutTime))
        .containsExactlyInAnyOrderElementsOf(
            first.stdout().lines().map(BootstrapIT::withoutTime).toList());
  }

  private static String withoutTime(String event) {
    return event.replaceFirst("\"time\":\"[^\"]*\"", "");
  }

  private static String journal(String run) {
    return TestFiles.read(
        LAB.directory().resolve("state/rdpg-plan/runs/" + run + "/events.ndjson"));
  }

  @Test
  void every_step_ends_once_on_each_node() {
    List<JsonNode> steps = first.events("step_finished");
    Map<String, Integer> counts = new TreeMap<>();
    assertThat(steps.stream().map(step -> step.path("node").asText() + " " + step.path("id")))
        .doesNotHaveDuplicates();
    for (JsonNode step : steps) {
      assertThat(step.path("status").asText()).as(step.toString()).isIn("ok", "changed", "skipped");
      assertThat(step.path("error").isNull()).isTrue();
      assertThat(step.path("effects").isEmpty())
          .as(step.toString())
          .isNotEqualTo(step.path("status").asText().equals("changed"));
      counts.merge(
          step.path("node").asText() + " " + step.path("status").asText(), 1, Integer::sum);
    }
    JsonNode told = first.events("run_finished").getFirst();
    assertThat(told.path("exit_code").asInt()).isZero();
    counts.forEach((key, count) -> {
      String[] words = key.split(" ", -1);
      assertThat(told.path("nodes").path(words[0]).path(words[1]).asInt()).as(key).isEqualTo(count);
    });
  }

  @Test
  void every_lock_that_was_taken_is_released() {
    assertThat(first.events("lock_acquired")).isNotEmpty();
    assertThat(first.events("lock_released").stream().map(lock -> lock.path("session").asText()))
        .containsExactlyInAnyOrderElementsOf(
            first.events("lock_acquired").stream()
                .map(lock -> lock.path("session").asText())
                .toList());
  }

  /** In the files of all servers, their logs and data included, in all output and journals. */
  @Test
  void passwords_stand_only_where_they_are_needed() throws IOException {
    Map<String, String> secrets = new TreeMap<>();
    for (String name : List.of("postgres", "rdpg", "health", "haproxy_stats")) {
      secrets.put(name, LAB.secret(name));
    }
    Set<String> found = new TreeSet<>();
    try (Stream<Path> files = Files.walk(LAB.directory())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String content = new String(bytes(file), StandardCharsets.ISO_8859_1);
        secrets.forEach((name, secret) -> {
          if (content.contains(secret)) {
            found.add(name + " in " + LAB.directory().relativize(file));
          }
        });
      }
    }
    Set<String> needed = new TreeSet<>();
    secrets.keySet().forEach(name -> needed.add(name + " in lab/secrets/" + name));
    for (String node : LAB.nodes()) {
      needed.add("rdpg in lab/" + node + "/postgres/rdpg.pgpass");
      needed.add("rdpg in lab/" + node + "/handlers/rdpg.pgpass");
    }
    for (String node : LAB.nodes("rdpgsc1")) {
      needed.add("haproxy_stats in lab/" + node + "/haproxy/haproxy.cfg");
      needed.add("haproxy_stats in lab/" + node + "/haproxy/.haproxy.cfg.accepted");
      needed.add("rdpg in lab/" + node + "/pgbouncer/console.pgpass");
    }
    assertThat(found).isEqualTo(needed);
    assertThat(COMMAND_LINES).anyMatch(line -> line.contains("apply bootstrap.yml"));
    secrets.forEach((name, secret) ->
        assertThat(COMMAND_LINES).as(name).noneMatch(line -> line.contains(secret)));
    assertThat(LAB.keys().values())
        .noneMatch(value -> secrets.values().stream().anyMatch(value::contains));
  }

  private static byte[] bytes(Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (java.nio.file.NoSuchFileException e) {
      return new byte[0]; // servers come and go with files
    }
  }

  // --- what can't be mended ---

  @Test
  void a_table_that_is_on_one_node_only_is_named() {
    LAB.sql("mc2", "rdpg", "CREATE TABLE public.stray (id int PRIMARY KEY)");
    try {
      CommandResult refused = LAB.run("apply", "bootstrap", "-l", "rdpgmc");
      assertThat(refused.exit()).as(refused.said()).isNotZero();
      assertThat(refused.said())
          .containsPattern("public\\.stray of database rdpg is on mc2, but not on mc[13]")
          .contains("Create it on every node of the cluster, or drop it where it is.");
    } finally {
      LAB.sql("mc2", "rdpg", "DROP TABLE public.stray");
    }
    LAB.run("apply", "bootstrap", "-l", "rdpgmc").exits(0);
  }

  // --- drift ---

  @Test
  void what_was_changed_by_hand_is_repaired_and_nothing_else() throws IOException {
    String leader = leader("rdpgmc");
    String other = peers(leader).getFirst();
    append(LAB.file("sc1", "pgbouncer/pgbouncer.ini"), "; by hand\n");
    LAB.consulPut("sc2", "/v1/agent/service/deregister/pgbouncer", "");
    LAB.sql(leader, "rdpg", "DELETE FROM tasks.schedules WHERE action = 'BackupDatabase'");
    // Changed and loaded: the file that the plan wants is then younger than what is loaded.
    append(LAB.file(other, "postgres/data/pg_hba.conf"), "host all all 192.0.2.1/32 trust\n");
    LAB.sql(other, "postgres", "SELECT pg_reload_conf()");
    LAB.sql(other, "rdpg", "ALTER ROLE health SUPERUSER");

    CommandResult repair = apply().exits(0);
    String services = "pgbouncer, haproxy and their registrations/services.yml/";
    assertThat(repair.steps("changed"))
        .containsExactlyInAnyOrder(
            "sc1: " + services + "pgbouncer.ini",
            "sc1: " + services + "pgbouncer runs with them",
            "sc2: " + services + "registrations/registrations.yml/register {{ service.name }}[2]",
            leader + ": who leads/lead/leader.yml/schema/default schedules",
            other + ": the way to and from the peers/peers.yml/pg_hba.conf",
            other + ": the way to and from the peers/peers.yml/postgres runs with pg_hba.conf",
            other + ": user health");
    assertThat(
            LAB.sql(
                other, "postgres", "SELECT 1 FROM pg_hba_file_rules WHERE auth_method = 'trust'"))
        .isEmpty();
    Eventually.holds(
        "the schedule is back on " + other,
        () ->
            LAB.sql(other, "rdpg", "SELECT 1 FROM tasks.schedules WHERE action = 'BackupDatabase'")
                    .size()
                == 1);
  }

  private static void append(Path file, String line) throws IOException {
    Files.writeString(file, line, StandardOpenOption.APPEND);
  }
}
