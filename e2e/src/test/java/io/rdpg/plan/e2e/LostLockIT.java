package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.TestDeadlines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What becomes of the holder of the bootstrap lock: it freezes, or it is interrupted. */
@Tag("cluster")
@Tag("long")
class LostLockIT {
  private static final String LOCK = "rdpg/" + WholeCluster.ID + "/bootstrap/lock";

  @AutoClose private static final LabUnderTest LAB = LabUnderTest.threeServiceNodes();

  @Test
  void whoever_wakes_up_after_the_lock_was_lost_does_nothing_more() throws Exception {
    new WholeCluster(LAB).makeBare();
    Pause pause = new Pause("ttl: 10s, lock_delay: 1s");
    List<NodeRun> runs = LAB.nodes().stream().map(pause::start).toList();
    NodeRun holder = pause.awaitHolder(runs);
    Running frozen = holder.run();
    signal("STOP", frozen);
    int before = frozen.events().size();
    pause.end();

    // Its session runs out, another one gets the lock, claims the lead and makes the group.
    Eventually.holds(
        "another leads",
        TestDeadlines.LONG,
        () -> LAB.kv("rdpg/" + WholeCluster.ID + "/bdr/join/ip").isPresent());
    String leader = new WholeCluster(LAB).leader();
    signal("CONT", frozen);
    CommandResult woken = frozen.await().exits(4);
    List<JsonNode> after = woken.events().subList(before, woken.events().size());
    assertThat(after)
        .as("%s", woken)
        .anyMatch(event -> event.path("event").asText().equals("lock_lost"))
        .noneMatch(event ->
            event.path("status").asText().equals("changed")
                && !event.path("step").asText().equals("the pause"));
    assertThat(new WholeCluster(LAB).leader()).isEqualTo(leader);

    allEndWell(holder, runs);
    new WholeCluster(LAB).assertWhole();
  }

  @Test
  void an_interrupt_lets_go_of_the_lock_at_once() throws Exception {
    new WholeCluster(LAB).makeBare();
    Pause pause = new Pause("ttl: 15s"); // and Consul's usual lock-delay, 15 s
    List<NodeRun> runs = LAB.nodes().stream().map(pause::start).toList();
    NodeRun holder = pause.awaitHolder(runs);
    String held = session();
    signal("INT", holder.run());
    CommandResult interrupted = holder.run().await().exits(130);
    assertThat(interrupted.events("lock_released")).hasSize(1);
    assertThat(interrupted.events("run_finished")).hasSize(1);
    // No lock-delay keeps it from whoever asks first: us, unless another run was first.
    JsonNode ours = LAB.consulPut("sc1", "/v1/session/create", "{}");
    String acquire = "/v1/kv/" + LOCK + "?acquire=" + ours.path("ID").asText();
    if (LAB.consulPut("sc1", acquire, "").asBoolean()) {
      LAB.consulPut("sc1", acquire.replace("?acquire=", "?release="), "");
    } else {
      assertThat(session()).isNotEmpty().isNotEqualTo(held);
    }
    LAB.endSession(ours);
    pause.end();

    allEndWell(holder, runs);
  }

  /** The node whose run ended is run again; the others' runs have waited for it. */
  private static void allEndWell(NodeRun ended, List<NodeRun> runs) {
    LAB.run("apply", "bootstrap", "-o", "json", "-l", ended.node(), "--local").exits(0);
    ended.othersEndWell(runs);
  }

  /** The session that holds the lock; empty when none does. */
  private static String session() {
    JsonNode found = LAB.consul("/v1/kv/" + LOCK + "?consistent");
    return found.isEmpty() ? "" : found.get(0).path("Session").asText("");
  }

  private static void signal(String name, Running run) throws Exception {
    assertThat(
            new ProcessBuilder("kill", "-s", name, Long.toString(run.process().pid()))
                .start()
                .waitFor())
        .isZero();
  }

  /** Plans whose first holder of the lock stays in it, before its claim, until it may go on. */
  private static final class Pause {
    private final PlanCopy plans;
    private final Path first;
    private final Path go;

    Pause(String terms) {
      plans = PlanCopy.in(LAB.directory());
      plans.replace("bootstrap.yml", "lock_delay: 1s", terms.replace(", ", "\n      "));
      first = Path.of(plans.path("first"));
      go = Path.of(plans.path("go"));
      String wait =
          "if mkdir %s 2>/dev/null; then until [ -e %s ]; do sleep 0.1; done; fi"
              .formatted(first, go);
      plans.insert(
          "bootstrap.yml",
          "take over",
          List.of(
              "- name: the pause", "  command: {run: [sh, -c, \"" + wait + "\"], always: true}"));
    }

    NodeRun start(String node) {
      return new NodeRun(
          node,
          LAB.start("apply", plans.path("bootstrap.yml"), "-o", "json", "-l", node, "--local"));
    }

    /** The one that holds the lock. */
    NodeRun awaitHolder(List<NodeRun> runs) {
      Eventually.holds("one holds the lock", TestDeadlines.LONG, () -> Files.exists(first));
      return runs.stream()
          .filter(run ->
              run.run().events().stream()
                  .anyMatch(event -> event.path("event").asText().equals("lock_acquired")))
          .findFirst()
          .orElseThrow();
    }

    void end() throws IOException {
      Files.createFile(go);
    }
  }
}
