package io.rdpg.plan.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.run.Event;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlainReportTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void tellsAnApply() {
    tell(Story.apply(), true);
    assertThat(out.toString(UTF_8))
        .isEqualTo(
            """
            ok              mc1  user rdpg exists: unless holds
            changed         mc1  pg_hba.conf: content differs (1.2s)
                write /data/pg_hba.conf (2 lines, 0640)
                  @@ -1 +1,2 @@
                   local all all trust
                  +host all all 127.0.0.12/32 scram-sha-256
            FAILED          mc2  user rdpg exists
                plans/bootstrap.yml:12:5: on mc2: ERROR: role "rdpg" exists (SQLSTATE 42710) (sql_failed)
                  statement: CREATE ROLE rdpg PASSWORD ***
                  12 |     sql_exec: {database: postgres}
                     |     ^
                  hint: add an unless, so that the step is left out where it is done
            skipped         mc1  every node is registered: when is false

            node       ok  changed   failed  skipped
            mc1         1        1        0        1

            FAILED  mc2  user rdpg exists: ERROR: role "rdpg" exists (SQLSTATE 42710)
                    hint: add an unless, so that the step is left out where it is done

            Failed on mc2 in 1m05s (exit code 1). Run it again when the cause is gone: \
            finished steps cost one look each.
            """);
    assertThat(err.toString(UTF_8))
        .isEqualTo(
            """
            applying plans/bootstrap.yml to mc1, mc2 of inventories/lab.yml
            mc1 holds lock rdpg/rdpgmc/bootstrap/lock
            mc1 waits at 'every node is registered': 1 of 2 addresses is registered, \
            missing 127.0.0.12 (mc2 has failed), 12s of 5m00s
            mc1 released lock rdpg/rdpgmc/bootstrap/lock
            """);
  }

  @Test
  void tellsAPreview() {
    tell(Story.preview(), false);
    assertThat(out.toString(UTF_8))
        .isEqualTo(
            """
            ~ would change  mc1  database rdpg: no row from unless
                run in postgres: CREATE DATABASE rdpg
            ? tentative     mc1  tables: may differ (depends on database rdpg)

            node       ok  would change  tentative   failed  skipped
            mc1         0             1          1        0        0

            Preview: 1 step would change, 1 step tentative in 340ms. Nothing was changed.
            """);
  }

  @Test
  void tellsAWaitOnceInTenSeconds() {
    Event.At at = Story.at("mc1", "peers", "wait_for");
    PlainReport one = report(false);
    for (int s = 0; s <= 21; s++) {
      one.on(new Event.Waiting(at, "a peer", "", Duration.ofSeconds(s), Duration.ofMinutes(1)));
    }
    assertThat(err.toString(UTF_8).lines())
        .containsExactly(
            "mc1 waits at 'peers': a peer, 0ms of 1m00s",
            "mc1 waits at 'peers': a peer, 10s of 1m00s",
            "mc1 waits at 'peers': a peer, 20s of 1m00s");
  }

  @Test
  void aBlockThatFailsOnlyByItsStepsSaysNothing() {
    PlainReport report = report(false);
    report.on(failed("sql_exec"));
    int before = out.size();
    report.on(failed("include"));
    assertThat(out.size()).isEqualTo(before);
  }

  private static Event failed(String primitive) {
    return new Event.StepFinished(
        Story.at("mc2", "x", primitive),
        io.rdpg.plan.run.Status.FAILED,
        "",
        List.of(),
        Duration.ZERO,
        Story.FAULT,
        List.of());
  }

  private void tell(List<Event> events, boolean diffs) {
    tell(events, report(diffs));
  }

  private static void tell(List<Event> events, PlainReport report) {
    events.forEach(report::on);
  }

  private PlainReport report(boolean diffs) {
    return new PlainReport(
        new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), Style.PLAIN, diffs);
  }
}
