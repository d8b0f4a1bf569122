package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.TestDeadlines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What becomes of the holder of the bootstrap lock: it freezes, or it is interrupted. */
@Tag("cluster")
class LostLockIT {
  private static final String LOCK = "rdpg/" + WholeCluster.ID + "/bootstrap/lock";

  private static LabUnderTest lab;

  @BeforeAll
  static void start() {
    lab = LabUnderTest.threeServiceNodes();
  }

  @AfterAll
  static void stop() {
    lab.close();
  }

  @Test
  void whoever_wakes_up_after_the_lock_was_lost_does_nothing_more() throws Exception {
    new WholeCluster(lab).makeBare();
    Pause pause = new Pause(lab, "ttl: 10s, lock_delay: 1s");
    List<NodeRun> runs = lab.nodes().stream().map(pause::start).toList();
    NodeRun holder = pause.awaitHolder(runs);
    Running frozen = holder.run();
    signal("STOP", frozen);
    int before = frozen.events().size();
    pause.end();

    // Its session runs out, another one gets the lock, claims the lead and makes the group.
    Eventually.holds(
        "another leads",
        TestDeadlines.LONG,
        () -> lab.kv("rdpg/" + WholeCluster.ID + "/bdr/join/ip").isPresent());
    String leader = new WholeCluster(lab).leader();
    signal("CONT", frozen);
    CommandResult woken = frozen.await();

    assertThat(woken.exit()).as("%s", woken).isEqualTo(4);
    List<JsonNode> after = woken.events().subList(before, woken.events().size());
    assertThat(after)
        .as("%s", woken)
        .anyMatch(event -> event.path("event").asText().equals("lock_lost"))
        .noneMatch(event ->
            event.path("status").asText().equals("changed")
                && !event.path("step").asText().equals("the pause"));
    assertThat(new WholeCluster(lab).leader()).isEqualTo(leader);

    allEndWell(holder, runs);
    new WholeCluster(lab).assertWhole();
  }

  @Test
  void an_interrupt_lets_go_of_the_lock_at_once() throws Exception {
    new WholeCluster(lab).makeBare();
    Pause pause = new Pause(lab, "ttl: 15s"); // and Consul's usual lock-delay, 15 s
    List<NodeRun> runs = lab.nodes().stream().map(pause::start).toList();
    NodeRun holder = pause.awaitHolder(runs);
    String held = session();
    signal("INT", holder.run());
    CommandResult interrupted = holder.run().await();

    assertThat(interrupted.exit()).as("%s", interrupted).isEqualTo(130);
    assertThat(interrupted.events("lock_released")).hasSize(1);
    assertThat(interrupted.events("run_finished")).hasSize(1);
    // No lock-delay keeps it from whoever asks first: us, unless another run was first.
    JsonNode ours = lab.consulPut("sc1", "/v1/session/create", "{}");
    String acquire = "/v1/kv/" + LOCK + "?acquire=" + ours.path("ID").asText();
    if (lab.consulPut("sc1", acquire, "").asBoolean()) {
      lab.consulPut("sc1", acquire.replace("?acquire=", "?release="), "");
    } else {
      assertThat(session()).isNotEmpty().isNotEqualTo(held);
    }
    lab.endSession(ours);
    pause.end();

    allEndWell(holder, runs);
  }

  /** The node whose run ended is run again; the others' runs have waited for it. */
  private static void allEndWell(NodeRun ended, List<NodeRun> runs) {
    CommandResult again =
        lab.run("apply", "bootstrap", "-o", "json", "-l", ended.node(), "--local");
    assertThat(again.exit()).as("%s", again).isZero();
    ended.othersEndWell(runs);
  }

  /** The session that holds the lock; empty when none does. */
  private static String session() {
    JsonNode found = lab.consul("/v1/kv/" + LOCK + "?consistent");
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
    private final LabUnderTest lab;
    private final PlanCopy plans;
    private final Path first;
    private final Path go;

    Pause(LabUnderTest lab, String terms) {
      this.lab = lab;
      plans = PlanCopy.in(lab.folder());
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
          lab.start("apply", plans.path("bootstrap.yml"), "-o", "json", "-l", node, "--local"));
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
