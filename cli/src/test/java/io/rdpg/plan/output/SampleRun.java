package io.rdpg.plan.output;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.ReadTiming;
import io.rdpg.plan.run.event.RunOrigin;
import io.rdpg.plan.run.event.Status;
import io.rdpg.plan.step.Effect;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The events of short runs, to be told in every form. */
final class SampleRun {
  static final Span LINE =
      new Span("plans/bootstrap.yml", 12, 5, "    sql_exec: {database: postgres}");

  static final Diagnostic ERROR =
      new Diagnostic(
          Code.SQL_FAILED,
          "ERROR: role \"rdpg\" exists (SQLSTATE 42710)\nstatement: CREATE ROLE rdpg PASSWORD ***",
          LINE,
          "mc2",
          "add an unless, so that the step is left out where it is done");

  static final RunOrigin ORIGIN =
      new RunOrigin(
          "root",
          "anna",
          "admin1",
          "0.1.0",
          "/srv/site",
          "8c1ff5f+dirty",
          List.of(
              new RunOrigin.Chosen(
                  "templates/pgbouncer.ini",
                  List.of("/usr/lib/rdpg-plan/templates/pgbouncer.ini"))));

  private SampleRun() {}

  static Event.At at(String node, String label, String primitive) {
    return new Event.At(
        node,
        "bootstrap.yml",
        label,
        label,
        label,
        null,
        null,
        null,
        12,
        primitive,
        primitive.equals("wait_for"),
        0);
  }

  static Event.StepFinished finished(String node, String label, Status status, String why) {
    return new Event.StepFinished(
        at(node, label, "sql_exec"),
        status,
        why,
        List.of(),
        Duration.ofMillis(40),
        null,
        List.of(),
        ReadTiming.FIRST);
  }

  static List<Event> apply() {
    Event.At hba = at("mc1", "pg_hba.conf", "render_template");
    Event.At role = at("mc2", "user rdpg exists", "sql_exec");
    Event.At all = at("mc1", "every node is registered", "wait_for");
    return List.of(
        new Event.RunStarted(
            "plans/bootstrap.yml", "inventories/lab.yml", List.of("mc1", "mc2"), false, ORIGIN),
        new Event.StepStarted(at("mc1", "user rdpg exists", "sql_exec")),
        new Event.StepStarted(role),
        finished("mc1", "user rdpg exists", Status.OK, "unless holds"),
        new Event.StepStarted(hba),
        new Event.StepFinished(
            hba,
            Status.CHANGED,
            "content differs",
            List.of(
                new Event.EffectReported(
                    Effect.Kind.FILE_WRITE,
                    "/data/pg_hba.conf",
                    "write /data/pg_hba.conf (2 lines, 0640)",
                    "@@ -1 +1,2 @@\n local all all trust\n+host all all 127.0.0.12/32 scram-sha-256")),
            Duration.ofMillis(1234),
            null,
            List.of(),
            ReadTiming.FIRST),
        new Event.StepFinished(
            role,
            Status.FAILED,
            "",
            List.of(),
            Duration.ofMillis(20),
            ERROR,
            List.of(),
            ReadTiming.FIRST),
        new Event.LockAcquired("mc1", "rdpg/rdpgmc/bootstrap/lock", "5b8a"),
        new Event.StepStarted(all),
        new Event.Waiting(
            all,
            "1 of 2 addresses is registered, missing 127.0.0.12",
            "mc2 has failed",
            Duration.ofSeconds(12),
            Duration.ofMinutes(5)),
        new Event.LockReleased("mc1", "rdpg/rdpgmc/bootstrap/lock", "5b8a"),
        new Event.StepFinished(
            all,
            Status.SKIPPED,
            "when is false",
            List.of(),
            Duration.ZERO,
            null,
            List.of(),
            ReadTiming.FIRST),
        new Event.RunFinished(
            Map.of("mc1", Map.of(Status.OK, 1, Status.CHANGED, 1, Status.SKIPPED, 1)),
            Duration.ofSeconds(65),
            false,
            1));
  }

  static List<Event> preview() {
    Event.At database = at("mc1", "database rdpg", "sql_exec");
    Event.At tables = at("mc1", "tables", "sql_exec");
    return List.of(
        new Event.RunStarted(
            "plans/bootstrap.yml", "inventories/lab.yml", List.of("mc1"), true, ORIGIN),
        new Event.StepStarted(database),
        new Event.StepFinished(
            database,
            Status.WOULD_CHANGE,
            "no row from unless",
            List.of(
                new Event.EffectReported(
                    Effect.Kind.SQL_RUN,
                    "postgres",
                    "run in postgres: CREATE DATABASE rdpg",
                    null)),
            Duration.ofMillis(3),
            null,
            List.of(),
            ReadTiming.FIRST),
        new Event.StepStarted(tables),
        new Event.StepFinished(
            tables,
            Status.TENTATIVE,
            "may differ",
            List.of(),
            Duration.ofMillis(3),
            null,
            List.of("database rdpg"),
            ReadTiming.FIRST),
        new Event.RunFinished(
            Map.of("mc1", Map.of(Status.WOULD_CHANGE, 1, Status.TENTATIVE, 1)),
            Duration.ofMillis(340),
            true,
            0));
  }
}
