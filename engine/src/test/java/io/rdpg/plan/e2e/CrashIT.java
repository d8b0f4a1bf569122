package io.rdpg.plan.e2e;

import static io.rdpg.plan.e2e.Crash.FOLLOWER;
import static io.rdpg.plan.e2e.Crash.LEADER;
import static io.rdpg.plan.e2e.Crash.after;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runs are killed at each point of docs/bootstrap.md, "Killed at any point", then run again. */
class CrashIT {
  private static LabUnderTest lab;
  private static WholeCluster cluster;

  @BeforeAll
  static void start() {
    lab = LabUnderTest.threeServiceNodes();
    cluster = new WholeCluster(lab);
  }

  @AfterAll
  static void stop() {
    lab.close();
  }

  @BeforeEach
  void bare() {
    cluster.makeBare();
  }

  static List<Crash> points() {
    return List.of(
        after("bootstrap.yml", "pg_hba.conf"),
        after("replication/native/prepare.yml", "publication"),
        after("bootstrap.yml", "register this node"),
        after("bootstrap.yml", "claim the lead").by(LEADER),
        after("replication/native/join.yml", "slot at {{ peer.name }}").by(LEADER),
        after("replication/native/join.yml", "subscription to {{ peer.name }}").by(LEADER),
        after("replication/native/join.yml", "marker at {{ peer.name }}").by(LEADER),
        after("leader.yml", "there is a group"),
        after("leader.yml", "let the others in"),
        after("replication/native/join.yml", "slot at {{ peer.name }}").by(FOLLOWER),
        after("replication/native/join.yml", "subscription to {{ peer.name }}").by(FOLLOWER),
        after("replication/native/join.yml", "marker at {{ peer.name }}").by(FOLLOWER),
        after("members.yml", "this node has joined").by(FOLLOWER),
        after("replication/native/ddl.yml", "DDL on {{ member.name }}").onFirst(),
        after("replication/native/ddl.yml", "DDL on {{ member.name }}"),
        after("replication/native/ddl.yml", "from {{ peer.name }} to {{ member.name }}"),
        after("leader.yml", "default schedules"),
        after("leader.yml", "configuration"),
        after("leader.yml", "disable_database on {{ member.name }}").onFirst(),
        after("leader.yml", "take the writes"),
        after("services.yml", "pgbouncer.ini"),
        after("services.yml", "haproxy.cfg"),
        after("watches.yml", "handler"),
        after("watches.yml", "watch {{ watched }}"));
  }

  @Test
  void aBootstrapThatIsKilledAtOnePointAfterTheOther() {
    for (Crash crash : points()) {
      Result killed = crash.arm(lab).start(lab, lab.nodes()).await();
      assertThat(killed.exit()).as("killed %s: %s", crash, killed).isEqualTo(Crash.KILLED);
    }
    Result last = lab.run("apply", "bootstrap", "-o", "json");
    assertThat(last.exit()).as("%s", last).isZero();
    cluster.assertWhole();
    Result again = lab.run("apply", "bootstrap", "-o", "json");
    assertThat(again.exit()).as("%s", again).isZero();
    assertThat(again.steps("changed")).isEmpty();
  }
}
