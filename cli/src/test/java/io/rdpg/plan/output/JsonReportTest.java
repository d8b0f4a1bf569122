package io.rdpg.plan.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.run.event.Event;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonReportTest {
  private static final JsonLines LINES =
      new JsonLines(
          "20261123T220000Z-7f",
          Clock.fixed(Instant.parse("2026-11-23T22:00:00.123456Z"), ZoneOffset.UTC));

  @Test
  void tells_a_finished_step() {
    assertThat(LINES.line(SampleRun.apply().get(5)))
        .isEqualTo(
            "{\"event\":\"step_finished\",\"time\":\"2026-11-23T22:00:00.123Z\","
                + "\"run\":\"20261123T220000Z-7f\",\"node\":\"mc1\",\"plan\":\"bootstrap.yml\","
                + "\"step\":\"pg_hba.conf\",\"label\":\"pg_hba.conf\",\"id\":\"pg_hba.conf\","
                + "\"item\":null,\"on\":null,\"user\":null,\"line\":12,\"primitive\":\"render_template\","
                + "\"status\":\"changed\",\"why\":\"content differs\",\"effects\":[{"
                + "\"kind\":\"file.write\",\"target\":\"/data/pg_hba.conf\","
                + "\"summary\":\"write /data/pg_hba.conf (2 lines, 0640)\","
                + "\"diff\":\"@@ -1 +1,2 @@\\n local all all trust\\n"
                + "+host all all 127.0.0.12/32 scram-sha-256\"}],\"duration_ms\":1234,"
                + "\"error\":null,\"because\":[],\"reads\":\"first\"}");
  }

  @Test
  void every_event_is_one_object_on_one_line() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    JsonReport report = new JsonReport(LINES, out);
    List<Event> events =
        Stream.concat(
                SampleRun.apply().stream(),
                Stream.of(
                    new Event.DiagnosticReported(Diagnostic.of(Code.SYNTAX, "not \"YAML\"\n\ttab")),
                    new Event.ReadingState(
                        List.of(SampleRun.at("mc1", "a", "lookup")), 2, Duration.ofSeconds(1)),
                    new Event.ServerSaid(
                        SampleRun.at("mc1", "a", "sql_exec"), "NOTICE", "so it is"),
                    new Event.LockLeft("mc1", "k", "s", Duration.ofSeconds(45)),
                    new Event.LockLost("mc1", "k", "s"),
                    new Event.LoginsWaiting(12, 300)))
            .toList();
    events.forEach(report::on);
    List<String> lines = out.toString(UTF_8).lines().toList();
    assertThat(lines).hasSameSizeAs(events);
    for (String line : lines) {
      JsonNode json = new ObjectMapper().readTree(line);
      assertThat(json.get("run").asText()).isEqualTo("20261123T220000Z-7f");
      assertThat(Instant.parse(json.get("time").asText())).isNotNull();
      assertThat(json.get("event").asText())
          .isIn(
              "run_started",
              "step_started",
              "logins_waiting",
              "diagnostic",
              "lock_acquired",
              "lock_lost",
              "lock_released",
              "lock_left",
              "server_said",
              "step_finished",
              "waiting",
              "looking",
              "run_finished");
    }
    assertThat(lines)
        .filteredOn(line -> line.contains("\"event\":\"looking\""))
        .singleElement()
        .asString()
        .contains("\"at\":{\"mc1\":\"a\"}");
    JsonNode logins = new ObjectMapper().readTree(lines.getLast());
    assertThat(logins.get("waiting").asInt()).isEqualTo(12);
    assertThat(logins.get("nodes").asInt()).isEqualTo(300);
  }

  @Test
  void tells_the_end_with_every_count() throws IOException {
    JsonNode json = new ObjectMapper().readTree(LINES.line(SampleRun.apply().getLast()));
    assertThat(json.at("/nodes/mc1").toString())
        .isEqualTo(
            "{\"ok\":1,\"changed\":1,\"skipped\":1,\"failed\":0,\"would_change\":0,"
                + "\"tentative\":0}");
    assertThat(json.get("exit_code").asInt()).isEqualTo(1);
  }

  @Test
  void the_journal_holds_the_same_lines(@TempDir Path home) throws IOException {
    try (JournalReport journal = JournalReport.open(home, "r1", LINES, _ -> {})) {
      new FanOutSink(List.of(journal, journal)).on(SampleRun.apply().getFirst());
    }
    String line = LINES.line(SampleRun.apply().getFirst());
    assertThat(Files.readAllLines(home.resolve("runs/r1/events.ndjson")))
        .containsExactly(line, line);
  }

  @Test
  void says_once_that_the_journal_is_cut_by_a_full_disk(@TempDir Path home) throws IOException {
    Path run = Files.createDirectories(home.resolve("runs/r1"));
    Files.createSymbolicLink(run.resolve("events.ndjson"), Path.of("/dev/full"));
    List<Event> told = new ArrayList<>();
    try (JournalReport journal = JournalReport.open(home, "r1", LINES, told::add)) {
      SampleRun.apply().forEach(journal::on);
      assertThat(journal.loss()).isPresent();
    }
    assertThat(told)
        .singleElement()
        .isInstanceOfSatisfying(
            Event.DiagnosticReported.class,
            cut ->
                assertThat(cut.diagnostic().message())
                    .startsWith("the journal of this run is cut: ")
                    .endsWith("events.ndjson: No space left on device"));
  }
}
