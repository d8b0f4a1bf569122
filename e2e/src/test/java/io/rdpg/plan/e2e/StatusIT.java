package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.TestDeadlines;
import io.rdpg.plan.testing.TestFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code status} says how a living cluster is, whatever is wrong with it, and changes nothing. */
@Tag("cluster")
@Tag("long")
class StatusIT {
  private static final String ID = "rdpgsc1";
  private static final String PATIENCE = TestDeadlines.SOON.toSeconds() + "s";

  @AutoClose private static LabUnderTest lab;

  @BeforeAll
  static void start() {
    lab = LabUnderTest.threeServiceNodes();
    OverheardSql.setUp(lab); // also keeps autovacuum from moving things by itself
    lab.run("apply", "bootstrap", "-o", "json").exits(0);
  }

  @BeforeEach
  void everythingRuns() {
    lab.run("lab", "up").exits(0);
    Eventually.holds("all is well", TestDeadlines.LONG, () -> status().path("well").asBoolean());
  }

  /** Patient: nothing here depends on what else the machine does. */
  private static CommandResult run(String... more) {
    return lab.run(List.of("status", "--timeout", PATIENCE), more);
  }

  private static JsonNode status() {
    return page(run("-o", "json"));
  }

  private static JsonNode page(CommandResult result) {
    JsonNode page = CommandResult.event(result.stdout());
    assertThat(result.exit()).as("%s", result).isEqualTo(page.path("exit_code").asInt());
    return page;
  }

  private static JsonNode cluster(JsonNode page) {
    return page.path("clusters").path(0);
  }

  private static JsonNode node(JsonNode page, String name) {
    return among(cluster(page).path("nodes"), "name", name);
  }

  private static JsonNode pair(JsonNode page, String from, String to) {
    for (JsonNode pair : cluster(page).path("replication")) {
      if (pair.path("from").asText().equals(from) && pair.path("to").asText().equals(to)) {
        return pair;
      }
    }
    throw new AssertionError("no pair from " + from + " to " + to + ": " + page);
  }

  private static JsonNode among(JsonNode items, String field, String value) {
    for (JsonNode item : items) {
      if (item.path(field).asText().equals(value)) {
        return item;
      }
    }
    throw new AssertionError("no " + field + " is " + value + ": " + items);
  }

  /** Each as {@code node: message}. */
  private static List<String> problems(JsonNode page) {
    List<String> problems = new ArrayList<>();
    page.path("problems")
        .forEach(problem ->
            problems.add(problem.path("node").asText() + ": " + problem.path("message").asText()));
    return problems;
  }

  /** The first that tells of all these problems, by their beginnings: each is seen in its time. */
  private static JsonNode statusWith(String... problems) {
    AtomicReference<JsonNode> last = new AtomicReference<>(status());
    Eventually.holds(
        "status tells of " + List.of(problems),
        TestDeadlines.LONG,
        () -> {
          List<String> told = problems(last.updateAndGet(_ -> status()));
          return Stream.of(problems)
              .allMatch(wanted -> told.stream().anyMatch(one -> one.startsWith(wanted)));
        });
    return last.get();
  }

  private static String subscription(String peer) {
    return "from_rdpg_" + lab.address(peer).replace('.', '_');
  }

  @Test
  void all_is_well_and_nothing_is_changed() {
    Map<String, String> before = Footprint.whenQuiet(lab);
    List<OverheardSql> heard =
        lab.nodes().stream().map(node -> OverheardSql.from(lab, node)).toList();
    CommandResult text = run().exits(0);
    JsonNode page = status();
    assertThat(Footprint.differences(before, Footprint.of(lab))).isEmpty();
    for (OverheardSql server : heard) {
      assertThat(server.acts()).isEmpty();
      assertThat(server.statements()).anyMatch(one -> one.contains("pg_replication_slots"));
    }

    String writer = lab.nodeAt(cluster(page).path("writes").path(0).path("address").asText());
    assertThat(page.path("problems")).isEmpty();
    assertThat(cluster(page).path("replication")).hasSize(6);
    cluster(page)
        .path("replication")
        .forEach(pair -> {
          assertThat(pair.path("slot").path("active").asBoolean()).isTrue();
          assertThat(pair.path("slot").path("lag_bytes").isNumber()).isTrue();
          assertThat(pair.path("subscription").path("worker").asBoolean()).isTrue();
          assertThat(pair.path("subscription").path("apply_errors").isNumber()).isTrue();
        });
    for (String name : lab.nodes()) {
      JsonNode node = node(page, name);
      assertThat(node.path("server").path("version").asText()).isEqualTo("18.6");
      assertThat(node.path("writes").asBoolean()).isEqualTo(name.equals(writer));
      assertThat(node.path("registrations")).hasSize(4);
    }
    assertThat(cluster(page).path("locks")).isEmpty();
    assertThat(text.stdout())
        .contains(ID + " (service), writes go to " + writer, "4 of 4 passing", "all is well")
        .doesNotContain("\u001b");
    assertThat(text.stdout().lines()).allMatch(line -> line.length() <= 100);
    for (String secret : List.of("postgres", "rdpg", "health")) {
      assertThat(text.stdout() + page).doesNotContain(lab.secret(secret));
    }
  }

  /** The dead one costs the others nothing, and what is known of it from them is shown. */
  @Test
  void a_postgres_that_is_dead_and_its_check_that_is_critical() {
    lab.kill("sc3", "postgres");
    JsonNode page =
        statusWith(
            "sc3: can't connect as postgres",
            "sc3: from sc1: its slot is not in use",
            "sc1: from sc3: no apply worker runs",
            "sc3: Consul's check 'Service 'postgres' check' is critical");
    CommandResult text = run().exits(10);

    assertThat(node(page, "sc3").path("unreachable").path("postgres").path("code").asText())
        .isEqualTo("postgres_unreachable");
    assertThat(node(page, "sc3").path("server").isNull()).isTrue();
    assertThat(node(page, "sc1").path("server").path("version").asText()).isEqualTo("18.6");
    assertThat(pair(page, "sc1", "sc2").path("well").asBoolean()).isTrue();
    assertThat(pair(page, "sc1", "sc3").path("slot").path("active").asBoolean(true)).isFalse();
    assertThat(pair(page, "sc3", "sc1").path("subscription").path("worker").asBoolean(true))
        .isFalse();
    JsonNode registration = among(node(page, "sc3").path("registrations"), "service", "postgres");
    assertThat(registration.path("registered").asBoolean()).isTrue();
    // Another request than for the checks: a page may have this from before and those from after.
    Eventually.holds(
        "it isn't passing",
        () ->
            !among(node(status(), "sc3").path("registrations"), "service", "postgres")
                .path("passing")
                .asBoolean(true));
    assertThat(text.stdout()).contains("unreachable", "not well:", "problems");
  }

  @Test
  void a_node_without_a_login_and_one_whose_consul_is_dead() {
    lab.kill("sc2", "ssh");
    lab.kill("sc3", "consul");
    JsonNode page = status();
    assertThat(page.path("exit_code").asInt()).isEqualTo(10);
    assertThat(node(page, "sc2").path("unreachable").path("node").path("code").asText())
        .isEqualTo("unreachable");
    assertThat(node(page, "sc3").path("unreachable").path("consul").path("code").asText())
        .isEqualTo("consul_unreachable");
    assertThat(node(page, "sc3").path("server").path("version").asText()).isEqualTo("18.6");
    assertThat(pair(page, "sc2", "sc1").path("subscription").path("worker").asBoolean()).isTrue();

    assertThat(run("-l", "sc2", "-o", "json").exit()).as("nothing answers").isEqualTo(3);
  }

  @Test
  void a_subscription_that_is_disabled() {
    String name = subscription("sc2");
    lab.sql("sc1", "rdpg", "ALTER SUBSCRIPTION " + name + " DISABLE");
    try {
      JsonNode page = status();
      assertThat(pair(page, "sc2", "sc1").path("subscription").path("enabled").asBoolean(true))
          .isFalse();
      assertThat(problems(page))
          .anyMatch(
              problem -> problem.startsWith("sc1: from sc2: the subscription to it is disabled"))
          .hasSize(1);
    } finally {
      lab.sql("sc1", "rdpg", "ALTER SUBSCRIPTION " + name + " ENABLE");
    }
  }

  @Test
  void a_slot_that_belongs_to_nobody() {
    lab.sql("sc1", "rdpg", "SELECT pg_create_logical_replication_slot('old', 'pgoutput')");
    try {
      JsonNode page = status();
      assertThat(problems(page))
          .anyMatch(
              problem -> problem.startsWith("sc1: slot old belongs to no node of the cluster"));
      assertThat(
              among(node(page, "sc1").path("slots"), "slot", "old").path("kept_bytes").isNumber())
          .isTrue();
    } finally {
      lab.sql("sc1", "rdpg", "SELECT pg_drop_replication_slot('old')");
    }
  }

  @Test
  void a_lock_that_is_held() {
    JsonNode session = lab.consulPut("sc1", "/v1/session/create", "{\"Name\": \"somebody\"}");
    String id = session.path("ID").asText();
    lab.consulPut("sc1", "/v1/kv/rdpg/" + ID + "/schema/lock?acquire=" + id, "");
    try {
      JsonNode page = status();
      assertThat(page.path("well").asBoolean()).as("a lock is no problem").isTrue();
      JsonNode lock = cluster(page).path("locks").path(0);
      assertThat(lock.path("key").asText()).isEqualTo("rdpg/" + ID + "/schema/lock");
      assertThat(lock.path("session").asText()).isEqualTo(id);
      assertThat(run().exits(0).stdout())
          .contains("rdpg/" + ID + "/schema/lock is held by session somebody");
    } finally {
      lab.endSession(session);
    }
  }

  /** A server that accepts connections and says nothing is given up, and Consul is asked still. */
  @Test
  void a_postgres_that_hangs() throws IOException, InterruptedException {
    long pid =
        Long.parseLong(
            TestFiles.read(lab.file("sc2", "postgres/data/postmaster.pid"))
                .lines()
                .findFirst()
                .orElseThrow());
    signal("STOP", pid);
    try {
      JsonNode page = status();
      assertThat(node(page, "sc2").path("unreachable").has("postgres")).isTrue();
      assertThat(node(page, "sc2").path("unreachable").has("consul")).isFalse();
      assertThat(node(page, "sc1").path("server").path("version").asText()).isEqualTo("18.6");
    } finally {
      signal("CONT", pid);
    }
  }

  private static void signal(String name, long pid) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(pid)).start().waitFor())
        .isZero();
  }
}
