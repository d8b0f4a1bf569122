package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.rdpg.plan.testing.TestFiles;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** A cluster of managers, whose writes can't be moved, is restarted node by node. */
@Tag("cluster")
@Tag("long")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RollingManagersIT {
  @AutoClose private static final LabUnderTest LAB = LabUnderTest.managerCluster();

  @BeforeAll
  static void bootstrap() {
    TestFiles.write(
        LAB.inventory(),
        TestFiles.read(LAB.inventory())
            .replace(
                "        lab_proxies: false\n",
                """
                        lab_proxies: false
                        pg_restart_command: >-
                          {{ lab.home }}/restart {{ node.name }}
                """));
    RestartScript.in(LAB);
    LAB.run("apply", plans().firstLeads().path("bootstrap.yml"), "-o", "json").exits(0);
  }

  private static PlanCopy plans() {
    return PlanCopy.in(LAB.directory()).replace("bootstrap.yml", "interval: 10s", "interval: 1s");
  }

  private static CommandResult rolling(String... more) {
    return LAB.run(List.of("apply", plans().path("rolling.yml"), "-o", "json"), more);
  }

  /** Who was restarted, in this order. */
  private static List<String> restarts(CommandResult run) {
    return run.events("step_finished").stream()
        .filter(event -> event.path("status").asText().equals("changed"))
        .filter(event -> event.path("label").asText().equals("PostgreSQL is restarted"))
        .map((JsonNode event) -> event.path("node").asText())
        .toList();
  }

  @Test
  @Order(1)
  void the_write_master_is_the_last_and_only_when_its_sessions_may_end() {
    for (String node : LAB.nodes()) {
      LAB.sql(node, "postgres", "ALTER SYSTEM SET max_connections = 111");
      LAB.sql(node, "postgres", "SELECT pg_reload_conf()");
    }
    CommandResult refused = rolling().exits(1);
    assertThat(refused.stdout())
        .contains("mc1 takes the writes of rdpgmc", "without pgbouncer they can't be moved");
    assertThat(refused.steps("changed")).isEmpty();

    CommandResult done = rolling("-e", "interrupt=true").exits(0);

    assertThat(restarts(done)).containsExactly("mc2", "mc3", "mc1");
    for (String node : LAB.nodes()) {
      assertThat(LAB.sql(node, "postgres", "SHOW max_connections")).containsExactly("111");
    }
    assertThat(LAB.kv("rdpg/rdpgmc/writes").orElseThrow()).startsWith(LAB.address("mc1") + " ");
    assertThat(rolling().exits(0).steps("changed")).isEmpty();
  }

  @Test
  @Order(2)
  void servers_that_run_since_before_a_time_are_restarted() {
    CommandResult early =
        rolling(
                "-e",
                "interrupt=true",
                "-e",
                "restart_before=" + Instant.now().plus(Duration.ofDays(1)))
            .exits(1);
    assertThat(early.stdout()).contains("which is yet to come");
    assertThat(early.steps("changed")).isEmpty();

    String[] before = {"-e", "interrupt=true", "-e", "restart_before=" + Instant.now()};
    assertThat(restarts(rolling(before).exits(0))).containsExactly("mc2", "mc3", "mc1");
    assertThat(rolling(before).exits(0).steps("changed")).isEmpty();
  }
}
