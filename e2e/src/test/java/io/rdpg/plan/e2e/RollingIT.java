package io.rdpg.plan.e2e;

import static io.rdpg.plan.e2e.CrashPoint.after;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.rdpg.plan.lab.TestCache;
import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.Sweep;
import io.rdpg.plan.testing.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The nodes of a cluster of three are restarted and upgraded one by one, while clients write
 * through every haproxy. Each node has its own copy of PostgreSQL's programs, {@code NODE/pg}, as a
 * package would install them.
 */
@Tag("cluster")
@Tag("long")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RollingIT {
  /** The minor versions that it is upgraded from and to. */
  private static final String OLD = "18.4.0";

  private static final String NEW = "18.6.0";

  @AutoClose private static final LabUnderTest LAB = LabUnderTest.threeServiceNodes(OLD);
  @AutoClose private static AcknowledgedWrites writes;

  @BeforeAll
  static void bootstrap() throws IOException {
    LAB.letClientsWait();
    TestFiles.write(
        LAB.inventory(),
        TestFiles.read(LAB.inventory())
            .replace(
                "        pgbouncer_port:",
                """
                        pg_bin_dir: "{{ lab.home }}/{{ node.name }}/pg/bin"
                        pg_restart_command: "{{ lab.home }}/restart {{ node.name }}"
                        pgbouncer_port:\
                """));
    RestartScript.in(LAB);
    RestartScript.write(
        LAB.home().resolve("install"),
        "#!/bin/sh\nset -eu\nrm -rf %1$s/$1/pg && cp -a \"$2\" %1$s/$1/pg\n".formatted(LAB.home()));
    TestFiles.write(
        LAB.directory().resolve("upgrade.yml"),
        """
        plan: upgrade
        steps:
          - name: another PostgreSQL is installed
            command: {run: ["{{ lab.home }}/install", "{{ node.name }}", "{{ programs }}"], always: true}
            touches: programs of {{ node.name }}
        """);
    for (String node : LAB.nodes()) {
      execute("install", node, programs(OLD));
    }
    LAB.run("apply", plans().firstLeads().path("bootstrap.yml"), "-o", "json").exits(0);
    writes = new AcknowledgedWrites(LAB).start();
  }

  @AfterAll
  static void nothing_was_lost_or_doubled() {
    writes.assertNothingLostOrDoubled();
  }

  // --- the machines ---

  private static void execute(String script, String... arguments) {
    List<String> command = new ArrayList<>(List.of(LAB.home().resolve(script).toString()));
    command.addAll(List.of(arguments));
    Running.run(LAB.directory(), Map.of(), command).exits(0);
  }

  private static String programs(String version) {
    return TestCache.postgres(version).toString();
  }

  private static String runs(String version) {
    return version.substring(0, version.lastIndexOf('.'));
  }

  // --- what is run ---

  /**
   * Consul asks more often: whoever has had its turn is soon known to be well. And a slow machine
   * has time to catch up.
   */
  private static PlanCopy plans() {
    return PlanCopy.in(LAB.directory())
        .replace("registrations.yml", "interval: 10s", "interval: 1s")
        .replace("bootstrap.yml", "interval: 10s", "interval: 1s")
        .replace("catch-up.yml", "default('10s')", "default('2m')");
  }

  private static CommandResult apply(PlanCopy plans, String plan, String... more) {
    return LAB.run(List.of("apply", plans.path(plan), "-o", "json"), more);
  }

  private static CommandResult rolling(String... more) {
    return apply(plans(), "rolling.yml", more);
  }

  private static String[] upgrade(String version) {
    return new String[] {
      "-e",
      "rolling_step=" + LAB.directory().resolve("upgrade.yml"),
      "-e",
      "programs=" + programs(version),
      "-e",
      "rolling_done={{ lab.home }}/{{ node.name }}/pg/bin/postgres --version | grep -q '%s$'"
          .formatted(runs(version).replace(".", "\\."))
    };
  }

  /** Everything of a turn, in the order in which a run has told it. */
  private static List<String> turns(CommandResult run) {
    List<String> turns = new ArrayList<>();
    for (JsonNode event : run.events("step_finished")) {
      String name = event.path("label").asText();
      if (event.path("status").asText().equals("changed")
          && (name.startsWith("no client is sent to haproxy")
              || name.equals("PostgreSQL is restarted")
              || name.equals("its turn is over"))) {
        turns.add(event.path("node").asText() + ": " + name);
      }
    }
    return turns;
  }

  private static List<String> turnsOf(String... nodes) {
    return Stream.of(nodes)
        .flatMap(node ->
            Stream.of(
                node + ": no client is sent to haproxy here",
                node + ": PostgreSQL is restarted",
                node + ": its turn is over"))
        .toList();
  }

  // --- what holds ---

  private static String master() {
    String value = LAB.kv("rdpg/rdpgsc1/writes").orElseThrow();
    return LAB.nodeAt(value.substring(0, value.indexOf(' ')));
  }

  /** A setting that waits for a restart, on every node. */
  private static void change(int maxConnections) {
    for (String node : LAB.nodes()) {
      LAB.sql(node, "postgres", "ALTER SYSTEM SET max_connections = " + maxConnections);
      LAB.sql(node, "postgres", "SELECT pg_reload_conf()");
    }
    for (String node : LAB.nodes()) {
      Eventually.holds("a setting waits on " + node, () -> waits(node));
    }
  }

  private static boolean waits(String node) {
    return !LAB.sql(node, "postgres", "SELECT name FROM pg_settings WHERE pending_restart")
        .isEmpty();
  }

  private static void assertEverywhere(String setting, String value) {
    for (String node : LAB.nodes()) {
      assertThat(LAB.sql(node, "postgres", "SHOW " + setting)).as(node).containsExactly(value);
      assertThat(waits(node)).as(node).isFalse();
    }
    assertServed(LAB.nodes());
    writes.awaitMore();
  }

  /** These and no others are known to clients. */
  private static void assertServed(List<String> nodes) {
    for (String service : List.of("haproxy", "pgbouncer", "postgres")) {
      Eventually.holds(
          service + " is registered on " + nodes,
          () ->
              LAB.services(service).stream()
                  .map(instance -> instance.substring(0, instance.indexOf(' ')))
                  .toList()
                  .equals(nodes));
    }
  }

  private static String subscription(String of) {
    return "from_rdpg_" + LAB.address(of).replace('.', '_');
  }

  // --- tests ---

  @Test
  @Order(1)
  void nothing_is_changed_where_somebody_is_not_well() {
    change(110);
    LAB.sql("sc3", "rdpg", "ALTER SUBSCRIPTION " + subscription("sc1") + " DISABLE");
    PlanCopy hasty = plans().replace("well.yml", "timeout: 30s", "timeout: 1s");
    try {
      CommandResult refused = apply(hasty, "rolling.yml").exits(1);
      assertThat(refused.stdout())
          .contains("rows of sc1 arrive at sc3")
          .contains("the subscription to it is disabled");
      assertThat(turns(refused)).isEmpty();
      assertServed(LAB.nodes());
    } finally {
      LAB.sql("sc3", "rdpg", "ALTER SUBSCRIPTION " + subscription("sc1") + " ENABLE");
    }
    writes.awaitMore();
  }

  @Test
  @Order(2)
  void a_setting_that_waits_for_a_restart_is_in_force_everywhere() {
    assertThat(master()).isEqualTo("sc1");

    PreviewForecast forecast = PreviewForecast.by(rolling("--dry-run").exits(0));
    CommandResult done = rolling().exits(0);

    assertThat(turns(done)).isEqualTo(turnsOf("sc2", "sc3", "sc1"));
    assertEverywhere("max_connections", "110");
    assertThat(master()).isEqualTo("sc2");
    assertThat(rolling().exits(0).steps("changed")).isEmpty();
    assertThat(apply(plans(), "bootstrap.yml").exits(0).steps("changed")).isEmpty();
    PreviewForecast.Outcome outcome = forecast.against(Performed.by(done.events()));
    System.out.println(outcome.line("of rolling work", forecast));
    assertThat(outcome.differences()).isEmpty();
    assertThat(forecast.openShare()).isLessThan(0.1);
  }

  @Test
  @Order(3)
  void a_node_that_does_not_come_back_is_the_last_one() throws IOException {
    change(120);
    Path broken = Files.createFile(LAB.file("sc1", "broken"));
    String[] machines = {"-i", machines().toString()};

    CommandResult stopped = rolling(machines);

    assertThat(stopped.exit()).as(stopped.said()).isNotZero();
    assertThat(stopped.said())
        .contains("no such library")
        .contains("no client is sent to sc1 any more")
        .contains("run rolling.yml again, which goes on with sc1");
    assertServed(List.of("sc2", "sc3"));
    assertThat(waits("sc2") && waits("sc3")).isTrue();
    writes.awaitMore();

    CommandResult stillDown = rolling(machines);
    assertThat(stillDown.exit()).as(stillDown.said()).isNotZero();
    assertThat(stillDown.steps("changed")).isEmpty();

    Files.delete(broken);
    execute("restart", "sc1");
    CommandResult goesOn = rolling(machines).exits(0);
    assertThat(turns(goesOn)).isEqualTo(turnsOf("sc3", "sc2"));
    assertEverywhere("max_connections", "120");
  }

  /** Nobody starts their servers but themselves. */
  private static Path machines() throws IOException {
    return Files.writeString(
        LAB.directory().resolve("machines.yml"),
        LabUnderTest.asRealMachines(
            TestFiles.read(LAB.inventory()),
            LAB.home(),
            Files.getOwner(LAB.file("sc1", "postgres/data")).getName()));
  }

  static List<CrashPoint> points() {
    return List.of(
        after("turn.yml", "run it"),
        after("turn.yml", "no client is sent to {{ service }} here"),
        after("turn.yml", "PostgreSQL is restarted"),
        after("turn.yml", "nobody is behind"),
        after("turn.yml", "clients may come"),
        after("turn.yml", "its turn is over"),
        after("one-by-one.yml", "{{ todo.row.successor }} takes them"),
        after("hand-over.yml", "the writes are handed over"));
  }

  /** Clients wait meanwhile, and see nothing of it. */
  @Test
  @Order(4)
  void a_minor_upgrade_that_is_killed_goes_on_where_it_was() {
    List<String> versions = new ArrayList<>(List.of(OLD, NEW));
    for (CrashPoint crash : Sweep.of(points(), 2)) {
      Collections.reverse(versions); // back again is one, too
      String version = versions.getFirst();
      CommandResult killed =
          crash.arm(plans()).start(LAB, "rolling.yml", LAB.nodes(), upgrade(version)).await();
      assertThat(killed.exit()).as("killed %s: %s", crash, killed).isEqualTo(CrashPoint.KILLED);
      LAB.endSessions();

      CommandResult goesOn = rolling(upgrade(version)).exits(0);

      for (String turn : turns(killed)) {
        if (turn.endsWith("its turn is over")) {
          assertThat(turns(goesOn)).as("done before: %s", killed).doesNotContain(turn);
        }
      }
      assertEverywhere("server_version", runs(version));
    }
    assertThat(rolling(upgrade(versions.getFirst())).exits(0).steps("changed")).isEmpty();
  }
}
