package io.rdpg.plan.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.ReadTiming;
import io.rdpg.plan.run.event.Status;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.target.Traffic;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlainReportTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void tells_an_apply() {
    report(SampleRun.apply(), true);
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
            finished steps cost one read each.
            """);
    assertThat(err.toString(UTF_8))
        .isEqualTo(
            """
            applying plans/bootstrap.yml to mc1, mc2 of inventories/lab.yml
            using templates/pgbouncer.ini, not /usr/lib/rdpg-plan/templates/pgbouncer.ini
            mc1 holds lock rdpg/rdpgmc/bootstrap/lock
            mc1 waits at 'every node is registered': 1 of 2 addresses is registered, \
            missing 127.0.0.12 (mc2 has failed), 12s of 5m00s
            mc1 released lock rdpg/rdpgmc/bootstrap/lock
            """);
  }

  @Test
  void tells_a_preview() {
    report(SampleRun.preview(), false);
    assertThat(out.toString(UTF_8))
        .isEqualTo(
            """
            ~ would change  mc1  database rdpg: no row from unless
                run in postgres: CREATE DATABASE rdpg
            ? tentative     mc1  tables: may differ (depends on database rdpg)

            node       ok  would change  tentative   failed  skipped
            mc1         0             1          1        0        0

            Preview: 1 step would change, 1 step tentative in 340ms. Nothing was changed.
            It would run SQL once.
            """);
  }

  @Test
  void a_preview_tells_of_locks_and_of_what_waits_are_ended_by() {
    report(foreseen(true), false);
    assertThat(out.toString(UTF_8))
        .isEqualTo(
            """
            ok              n1  one at a time: would take the lock after n2
            ok              n1  all are here: service s is there (by register a, n2: register b (on n3))
            ok              n1  rows: read
            ? tentative     n1  more: can't be known (depends on register a, n2: register b (on n3), \
            n9: gone and 1 more)
            ok              n1  let go: would be released
            """);
  }

  @Test
  void an_apply_tells_of_locks_only_as_they_are_taken() {
    report(foreseen(false).subList(0, 5), false);
    assertThat(out.toString(UTF_8)).isEmpty();
  }

  /** Lock scopes and waits in a run of two nodes. */
  static List<Event> foreseen(boolean preview) {
    Event.At b =
        new Event.At(
            "n2",
            "p.yml",
            "register {{ x }}",
            "register b",
            "f/x[1]",
            "b",
            "n3",
            null,
            1,
            "lookup",
            false,
            1);
    Event.At a =
        new Event.At(
            "n1",
            "p.yml",
            "register {{ x }}",
            "register a",
            "f: x[1]",
            "a",
            null,
            null,
            1,
            "lookup",
            false,
            1);
    List<String> steps = List.of("f: x[1]", "n2: f/x[1]");
    return List.of(
        new Event.RunStarted("p.yml", "i.yml", List.of("n1", "n2"), preview, SampleRun.ORIGIN),
        new Event.StepStarted(b),
        new Event.StepStarted(a),
        ended("include", "all", Status.OK, "", List.of()),
        ended("consul_lock", "one at a time", Status.OK, "would take the lock after n2", List.of()),
        ended("wait_for", "all are here", Status.OK, "service s is there", steps),
        ended("lookup", "rows", Status.OK, "read", steps),
        ended(
            "wait_for",
            "more",
            Status.TENTATIVE,
            "can't be known",
            List.of("f: x[1]", "n2: f/x[1]", "n9: gone", "f: x[1]", "other")),
        ended("consul_lock", "let go", Status.OK, "would be released", List.of()));
  }

  private static Event.StepFinished ended(
      String primitive, String label, Status status, String why, List<String> because) {
    return new Event.StepFinished(
        SampleRun.at("n1", label, primitive),
        status,
        why,
        List.of(),
        Duration.ZERO,
        null,
        because,
        ReadTiming.FIRST);
  }

  @Test
  void what_effects_change_is_coloured_by_what_it_is() {
    Style colours = new Style(true, true);
    assertThat(
            List.of(
                colours.effectLine(Effect.Kind.FILE_WRITE, "--- /f"),
                colours.effectLine(Effect.Kind.FILE_WRITE, "-old"),
                colours.effectLine(Effect.Kind.KEY_PUT, "- old"),
                colours.effectLine(Effect.Kind.SERVICE_REGISTER, "+ port: 1"),
                colours.effectLine(Effect.Kind.SQL_RUN, "-- a comment"),
                colours.effectLine(Effect.Kind.SQL_RUN, "+ 1")))
        .containsExactly(
            "\u001b[1m--- /f\u001b[0m",
            "\u001b[31m-old\u001b[0m",
            "\u001b[31m- old\u001b[0m",
            "\u001b[32m+ port: 1\u001b[0m",
            "\u001b[2m-- a comment\u001b[0m",
            "+ 1");
  }

  @Test
  void nothing_of_a_value_moves_the_cursor_and_differences_keep_their_lines_and_tabs() {
    String value = "a\r\n b\u001b[2J\u202ec\ud800d";
    Event.StepFinished step =
        new Event.StepFinished(
            SampleRun.at("n1", value, "consul_kv"),
            Status.CHANGED,
            value,
            List.of(
                new Event.EffectReported(Effect.Kind.KEY_PUT, "k", value, "-\told\u001b[2J\n+new")),
            Duration.ZERO,
            null,
            List.of(),
            ReadTiming.FIRST);
    report(List.of(step), true);
    String shown = "a b [2J\ufffdc\ufffdd";
    assertThat(out.toString(UTF_8).lines())
        .containsExactly(
            "changed         n1  " + shown + ": " + shown,
            "    " + shown,
            "      -\told [2J",
            "      +new");
  }

  @Test
  void effects_are_counted_in_plain_words() {
    EffectCounts counts = new EffectCounts();
    List<Effect.Kind> all = List.of(Effect.Kind.values());
    all.forEach(counts::add);
    all.subList(0, 2).forEach(counts::add);
    assertThat(counts.sentence())
        .isEqualTo(
            "write 2 files, run SQL 2 times, run 1 command, delete 1 key, set 1 key,"
                + " forget 1 member of Consul, deregister 1 service, register 1 service and reload 1 service");
  }

  @Test
  void tells_a_wait_once_in_ten_seconds() {
    Event.At at = SampleRun.at("mc1", "peers", "wait_for");
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
  void tells_where_a_preview_looks_at_once_and_then_once_in_ten_seconds() {
    List<Event.At> at = List.of(SampleRun.at("mc2", "user rdpg exists", "sql_exec"));
    List<Event> events = new ArrayList<>();
    for (int second = 1; second <= 12; second++) {
      events.add(new Event.ReadingState(at, 3, Duration.ofSeconds(second)));
    }
    events.add(new Event.ReadingState(List.of(), 1, Duration.ofSeconds(30)));
    report(events, false);
    assertThat(out.toString(UTF_8)).isEmpty();
    assertThat(err.toString(UTF_8))
        .isEqualTo(
            """
            read 2 of 3 nodes, 1.0s: mc2 is at 'user rdpg exists'
            read 2 of 3 nodes, 11s: mc2 is at 'user rdpg exists'
            read 1 of 1 node, 30s
            """);
  }

  @Test
  void tells_how_many_nodes_wait_for_their_login_at_once_and_then_once_in_ten_seconds() {
    List<Event> events = new ArrayList<>();
    for (int second = 0; second < 11; second++) {
      events.add(new Event.LoginsWaiting(30 - second, 300));
    }
    events.add(new Event.LoginsWaiting(0, 300));
    report(events, false);
    assertThat(err.toString(UTF_8))
        .isEqualTo(
            """
            waiting for login: 30 of 300 nodes
            waiting for login: 20 of 300 nodes
            """);
  }

  @Test
  void shows_at_the_end_what_was_asked_and_when() {
    PlainReport report =
        new PlainReport(
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            Style.PLAIN,
            false,
            true);
    Traffic traffic = new Traffic();
    traffic.shell("postgres").connected();
    traffic.shell("postgres").request().close();
    traffic.shell("postgres").forked(3);
    traffic.shell("postgres").sent(2048);
    traffic.sql("rdpg").request().close();
    report.on(
        new Event.StepFinished(
            SampleRun.at("n1", "pg_hba.conf", "render_template"),
            Status.OK,
            "as it is",
            List.of(),
            Duration.ZERO,
            null,
            List.of(),
            ReadTiming.AHEAD));
    List<Traffic.Counts> counts =
        traffic.counts().stream()
            .map(one ->
                new Traffic.Counts(
                    one.way(),
                    one.connects(),
                    one.requests(),
                    one.forks(),
                    one.sentBytes(),
                    one.receivedBytes(),
                    Duration.ofMillis(7)))
            .toList();
    report.on(new Event.NodeAsked("n1", counts));
    report.on(new Event.NodeAsked("n1", counts));
    report.on(
        new Event.RunFinished(Map.of("n1", Map.of(Status.OK, 1)), Duration.ofSeconds(1), false, 0));
    assertThat(out.toString(UTF_8))
        .contains(
            """
            what n1 was asked
              pg_hba.conf: answered ahead

            node  connection         opened  requests  forks     sent  received  waited
            n1    shell as postgres       2         2      6  4.0 KiB       0 B    14ms
            n1    sql to rdpg             0         2             0 B       0 B    14ms
            """);
  }

  @Test
  void a_block_that_fails_only_by_its_steps_says_nothing() {
    PlainReport report = report(false);
    report.on(failed("sql_exec"));
    int before = out.size();
    report.on(failed("include"));
    assertThat(out.size()).isEqualTo(before);
  }

  private static Event failed(String primitive) {
    return new Event.StepFinished(
        SampleRun.at("mc2", "x", primitive),
        Status.FAILED,
        "",
        List.of(),
        Duration.ZERO,
        SampleRun.ERROR,
        List.of(),
        ReadTiming.FIRST);
  }

  private void report(List<Event> events, boolean diffs) {
    report(events, report(diffs));
  }

  private static void report(List<Event> events, PlainReport report) {
    events.forEach(report::on);
  }

  private PlainReport report(boolean diffs) {
    return new PlainReport(
        new PrintStream(out, true, UTF_8),
        new PrintStream(err, true, UTF_8),
        Style.PLAIN,
        diffs,
        false);
  }
}
