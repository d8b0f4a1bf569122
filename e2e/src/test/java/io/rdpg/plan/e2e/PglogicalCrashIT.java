package io.rdpg.plan.e2e;

import static io.rdpg.plan.e2e.CrashPoint.FOLLOWER;
import static io.rdpg.plan.e2e.CrashPoint.LEADER;
import static io.rdpg.plan.e2e.CrashPoint.after;
import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.lab.PglogicalServer;
import io.rdpg.plan.testing.Sweep;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** By the driver pglogical: runs are killed, then run again. */
@Tag("cluster")
@Tag("long")
class PglogicalCrashIT {
  private static final String DRIVER = "replication/pglogical/";

  @AutoClose private static LabUnderTest lab;

  @BeforeAll
  static void start() {
    lab = LabUnderTest.threeServiceNodes("pglogical", PglogicalServer.settings());
  }

  private static PlanCopy copy() {
    return PlanCopy.in(lab.directory()).firstLeads();
  }

  private static List<CrashPoint> points() {
    return List.of(
        after(DRIVER + "join.yml", "subscription to {{ peer.name }}").by(LEADER),
        after(DRIVER + "join.yml", "slot at {{ peer.name }}").by(FOLLOWER),
        after(DRIVER + "join.yml", "marker at {{ peer.name }}").by(FOLLOWER),
        after(DRIVER + "ddl.yml", "DDL on {{ member.name }}").onFirst(),
        after(DRIVER + "ddl.yml", "{{ member.name }} sends the tables"));
  }

  /** Killed at one point after the other; each preview is of what the runs after it do. */
  @Test
  void a_bootstrap_that_is_killed_goes_on_as_its_preview_says() {
    Map<String, PreviewForecast> forecasts = new LinkedHashMap<>();
    List<Performed> runs = new ArrayList<>();
    PlanCopy plans = copy();
    forecasts.put("of bare servers", preview(plans));
    for (CrashPoint crash : Sweep.of(points(), 2)) {
      Running run = crash.arm(copy()).start(lab, lab.nodes());
      CommandResult killed = run.await();
      assertThat(killed.exit()).as("killed %s: %s", crash, killed).isEqualTo(CrashPoint.KILLED);
      runs.add(Performed.by(run.events()));
      lab.endSessions();
      forecasts.put(crash.toString(), preview(plans));
    }
    runs.add(Performed.by(apply(plans).events()));
    assertThat(apply(plans).steps("changed")).isEmpty();

    PreviewForecast.assertAllWereRight(forecasts, runs);
    AllIsWell.eventually(() -> lab.run("status"));
    ReplicatedRows.areTheSameByPglogical(lab, lab.nodes());
  }

  private static CommandResult apply(PlanCopy plans) {
    return lab.run("apply", plans.path("bootstrap.yml"), "-o", "json").exits(0);
  }

  private static PreviewForecast preview(PlanCopy plans) {
    return PreviewForecast.by(
        lab.run("apply", plans.path("bootstrap.yml"), "--dry-run", "-o", "json").exits(0));
  }
}
