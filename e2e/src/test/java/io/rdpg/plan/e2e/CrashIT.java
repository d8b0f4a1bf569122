package io.rdpg.plan.e2e;

import static io.rdpg.plan.e2e.CrashPoint.FOLLOWER;
import static io.rdpg.plan.e2e.CrashPoint.LEADER;
import static io.rdpg.plan.e2e.CrashPoint.after;
import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.Sweep;
import io.rdpg.plan.testing.TestDeadlines;
import io.rdpg.plan.trial.TrialNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs are killed at each point of docs/bootstrap.md, "Killed at any point", then run again. */
@Tag("cluster")
@Tag("long")
class CrashIT {
  @AutoClose private static LabUnderTest lab;
  private static WholeCluster cluster;

  @BeforeAll
  static void start() {
    lab = LabUnderTest.threeServiceNodes();
    cluster = new WholeCluster(lab);
  }

  @BeforeEach
  void bare() {
    cluster.makeBare();
  }

  /** Of one node or at one turn of a loop; after every step it is {@link PreviewIsRightIT}. */
  static List<CrashPoint> points() {
    return List.of(
        after("bootstrap.yml", "claim the lead").by(LEADER),
        after("replication/native/join.yml", "slot at {{ peer.name }}").by(LEADER),
        after("replication/native/join.yml", "marker at {{ peer.name }}").by(LEADER),
        after("leader.yml", "let the others in"),
        after("replication/native/join.yml", "slot at {{ peer.name }}").by(FOLLOWER),
        after("replication/native/join.yml", "subscription to {{ peer.name }}").by(FOLLOWER),
        after("replication/native/join.yml", "marker at {{ peer.name }}").by(FOLLOWER),
        after("members.yml", "this node has joined").by(FOLLOWER),
        after("replication/native/ddl.yml", "DDL on {{ member.name }}").onFirst(),
        after("replication/native/ddl.yml", "from {{ peer.name }} to {{ member.name }}"),
        after("leader.yml", "disable_database on {{ member.name }}").onFirst(),
        after("services.yml", "haproxy.cfg"));
  }

  @Test
  void a_bootstrap_that_is_killed_at_one_point_after_the_other() {
    for (CrashPoint crash : Sweep.of(points(), 3)) {
      CommandResult killed = crash.arm(lab).start(lab, lab.nodes()).await();
      assertThat(killed.exit()).as("killed %s: %s", crash, killed).isEqualTo(CrashPoint.KILLED);
    }
    lab.run("apply", "bootstrap", "-o", "json").exits(0);
    cluster.assertWhole();
    CommandResult again = lab.run("apply", "bootstrap", "-o", "json").exits(0);
    assertThat(again.steps("changed")).isEmpty();
  }

  static List<CrashPoint> whileOthersWait() {
    return Sweep.of(
        List.of(
            after("leader.yml", "there is a group"),
            after("bootstrap.yml", "claim the lead").by(LEADER),
            after("replication/native/join.yml", "slot at {{ peer.name }}").by(FOLLOWER)),
        1);
  }

  /** Each node by a process of its own, as a provisioning system would do it on the node itself. */
  @ParameterizedTest
  @MethodSource("whileOthersWait")
  void one_nodes_process_is_killed_while_the_others_go_on(CrashPoint crash) {
    CrashPoint.Armed armed = crash.arm(lab);
    List<NodeRun> runs =
        lab.nodes().stream()
            .map(node -> new NodeRun(node, armed.start(lab, List.of(node), "--local")))
            .toList();
    Eventually.holds(
        "one run is killed", TestDeadlines.LONG, () -> runs.stream().anyMatch(CrashIT::hasEnded));
    NodeRun dead = runs.stream().filter(CrashIT::hasEnded).findFirst().orElseThrow();
    dead.run().await().exits(CrashPoint.KILLED);

    lab.run("apply", "bootstrap", "-o", "json", "-l", dead.node(), "--local").exits(0);
    dead.othersEndWell(runs);
    cluster.assertWhole();
  }

  private static boolean hasEnded(NodeRun run) {
    return !run.run().process().isAlive();
  }

  /** The server goes on with a statement whose client is gone, here until nobody blocks it. */
  @Test
  void a_run_is_killed_while_its_statement_runs() throws SQLException {
    CrashPoint.Armed plans = after("leader.yml", "take the writes").arm(lab);
    CrashPoint beforeRows =
        after("replication/native/ddl.yml", "from {{ peer.name }} to {{ member.name }}");
    assertThat(beforeRows.arm(lab).start(lab, lab.nodes()).await().exit())
        .isEqualTo(CrashPoint.KILLED);
    String leader = cluster.leader();
    try (Connection blocker = lab.connect(leader, "rdpg")) {
      blocker.setAutoCommit(false);
      TrialNode.rows(blocker, "LOCK TABLE tasks.schedules IN EXCLUSIVE MODE");
      Running run = plans.start(lab, lab.nodes());
      Eventually.holds(
          "the run waits for our lock",
          TestDeadlines.LONG,
          () -> !lab.sql(leader, "rdpg", "SELECT 1 FROM pg_locks WHERE NOT granted").isEmpty());
      assertThat(run.kill().exit()).isEqualTo(CrashPoint.KILLED);
      blocker.rollback();
    }
    lab.run("apply", "bootstrap", "-o", "json").exits(0);
    cluster.assertWhole();
  }

  /** A slot that is still being made is listed, and goes when its maker ends: it is no slot yet. */
  @Test
  void a_run_is_killed_while_a_slot_is_being_made() throws SQLException {
    String making = "SELECT active_pid FROM pg_replication_slots WHERE confirmed_flush_lsn IS NULL";
    List<Connection> blockers = new ArrayList<>();
    try {
      for (String node : lab.nodes()) {
        Connection blocker = lab.connect(node, "postgres");
        blockers.add(blocker);
        blocker.setAutoCommit(false);
        TrialNode.rows(blocker, "SELECT pg_current_xact_id()");
      }
      Running run = lab.start("apply", PlanCopy.in(lab.directory()).path("bootstrap.yml"));
      Eventually.holds(
          "a slot is being made",
          TestDeadlines.LONG,
          () ->
              lab.nodes().stream().anyMatch(node -> !lab.sql(node, "postgres", making).isEmpty()));
      assertThat(run.kill().exit()).isEqualTo(CrashPoint.KILLED);

      Running next = lab.start("apply", "bootstrap", "-o", "json");
      next.awaitEvent(
          "the next run sees that the slot is not made",
          event ->
              event.path("event").asText().equals("waiting")
                  && event.path("step").asText().equals("slot at {{ peer.name }}"));
      for (String node : lab.nodes()) {
        lab.sql(
            node, "postgres", "SELECT pg_terminate_backend(pid) FROM (" + making + ") AS m (pid)");
      }
      for (Connection blocker : blockers) {
        blocker.rollback();
      }
      next.await().exits(0);
      cluster.assertWhole();
    } finally {
      for (Connection blocker : blockers) {
        blocker.close();
      }
    }
  }

  // --- a leader that doesn't come back ---

  @Test
  void a_claim_of_a_leader_that_is_gone_is_taken_over_by_the_others() {
    String gone = killedAfterItsClaim();
    List<String> others = lab.nodes().stream().filter(node -> !node.equals(gone)).toList();
    Running takingOver =
        lab.start(
            "apply",
            "bootstrap",
            "-o",
            "json",
            "-l",
            String.join(",", others),
            "-e",
            "take_over=" + lab.address(gone));
    takingOver.awaitEvent(
        "the lead is taken over",
        event ->
            event.path("step").asText().equals("there is a group")
                && event.path("status").asText().equals("changed"));
    // Another server takes its place, and is one of the others now.
    lab.run("apply", "bootstrap", "-o", "json", "-l", gone).exits(0);
    CommandResult takenOver = takingOver.await();
    takenOver.exits(0);
    assertThat(cluster.leader()).isNotEqualTo(gone);
    cluster.assertWhole();

    CommandResult tooLate =
        lab.run(
                "apply",
                "bootstrap",
                "-l",
                gone,
                "-e",
                "take_over=" + lab.address(cluster.leader()))
            .exits(1);
    assertThat(tooLate.stdout() + tooLate.stderr()).contains("there is nothing to take over");
    cluster.assertWhole();
  }

  @Test
  void a_server_that_was_made_anew_at_the_leaders_address_does_not_lead() {
    String anew = killedAfterItsClaim();
    assertThat(lab.run("lab", "stop").exit()).isZero();
    lab.wipe(anew, "postgres/data");
    CommandResult refused = lab.run("apply", "bootstrap", "-l", anew).exits(1);
    assertThat(refused.stdout() + refused.stderr()).contains("it was made anew since");

    // One run at a time on one node: the others' come from elsewhere.
    List<String> others = lab.nodes().stream().filter(node -> !node.equals(anew)).toList();
    Running first =
        lab.start(
            "apply", "bootstrap", "-o", "json", "-l", anew, "-e", "take_over=" + lab.address(anew));
    first.awaitEvent(
        "it leads",
        event ->
            event.path("step").asText().equals("there is a group")
                && event.path("status").asText().equals("changed"));
    lab.run("apply", "bootstrap", "-o", "json", "-l", String.join(",", others)).exits(0);
    assertThat(first.await().exit()).isZero();
    cluster.assertWhole();
  }

  /** The node that claimed the lead and came no further. */
  private static String killedAfterItsClaim() {
    CrashPoint claimed = after("bootstrap.yml", "claim the lead").by(LEADER);
    assertThat(claimed.arm(lab).start(lab, lab.nodes()).await().exit())
        .isEqualTo(CrashPoint.KILLED);
    return cluster.leader();
  }
}
