package io.rdpg.plan.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.run.event.Event;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class MetricsReportTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-23T22:00:00.123456Z"), ZoneOffset.UTC);

  /** A line of the text format as its specification (exposition formats, 0.0.4) has it. */
  private static final Pattern SAMPLE =
      Pattern.compile(
          "([a-zA-Z_:][a-zA-Z0-9_:]*)"
              + "(\\{[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\\\\\"\\n]|\\\\[\\\\\"n])*\""
              + "(?:,[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\\\\\"\\n]|\\\\[\\\\\"n])*\")*\\})?"
              + " ([-+]?[0-9.]+(?:e[-+]?[0-9]+)?)");

  @Test
  void a_run_is_its_end_its_length_its_exit_code_and_its_steps() {
    assertThat(
            metrics("bootstrap", SampleRun.apply()).lines().filter(line -> !line.startsWith("#")))
        .containsExactly(
            "rdpg_plan_last_run_timestamp_seconds{plan=\"bootstrap\",mode=\"apply\"} 1795471200.123",
            "rdpg_plan_last_run_duration_seconds{plan=\"bootstrap\",mode=\"apply\"} 65.000",
            "rdpg_plan_last_run_exit_code{plan=\"bootstrap\",mode=\"apply\"} 1",
            "rdpg_plan_last_run_changes{plan=\"bootstrap\",mode=\"apply\"} 1",
            "rdpg_plan_last_run_steps{plan=\"bootstrap\",mode=\"apply\",status=\"ok\"} 1",
            "rdpg_plan_last_run_steps{plan=\"bootstrap\",mode=\"apply\",status=\"changed\"} 1",
            "rdpg_plan_last_run_steps{plan=\"bootstrap\",mode=\"apply\",status=\"skipped\"} 1",
            "rdpg_plan_last_run_steps{plan=\"bootstrap\",mode=\"apply\",status=\"failed\"} 0",
            "rdpg_plan_last_run_steps{plan=\"bootstrap\",mode=\"apply\",status=\"would_change\"} 0",
            "rdpg_plan_last_run_steps{plan=\"bootstrap\",mode=\"apply\",status=\"tentative\"} 0");
  }

  @Test
  void a_preview_counts_what_it_would_change() {
    assertThat(metrics("bootstrap.yml", SampleRun.preview()))
        .contains("rdpg_plan_last_run_changes{plan=\"bootstrap\",mode=\"preview\"} 2\n");
  }

  @Test
  void each_line_is_of_the_text_format() {
    assertWellFormed(metrics("bootstrap", SampleRun.apply()));
    assertWellFormed(metrics("bootstrap", SampleRun.preview()));
    String odd =
        metrics(
            "my \"odd\" \\ plan\nof two lines.yml",
            List.of(new Event.RunFinished(Map.of(), Duration.ZERO, false, 2)));
    assertWellFormed(odd);
    assertThat(odd)
        .contains("{plan=\"my \\\"odd\\\" \\\\ plan\\nof two lines\",mode=\"apply\"} 2\n");
  }

  @Test
  void the_plan_has_one_name_however_it_is_given() {
    List<Event> refused = List.of(new Event.RunFinished(Map.of(), Duration.ZERO, false, 2));
    assertThat(
            Set.of("bootstrap", "bootstrap.yml", "plans/bootstrap.yml", "/a/b/bootstrap.yaml")
                .stream()
                .map(plan -> metrics(plan, refused))
                .distinct())
        .hasSize(1);
  }

  /** Each family has its HELP and TYPE once, before its samples, which come in one group. */
  private static void assertWellFormed(String text) {
    assertThat(text).endsWith("\n");
    String family = "";
    Set<String> families = new HashSet<>();
    Set<String> samples = new HashSet<>();
    for (String line : text.lines().toList()) {
      if (line.startsWith("# HELP ")) {
        family = line.split(" ", 4)[2];
        assertThat(families.add(family)).as(line).isTrue();
      } else if (line.startsWith("# TYPE ")) {
        assertThat(line).isEqualTo("# TYPE " + family + " gauge");
      } else {
        Matcher sample = SAMPLE.matcher(line);
        assertThat(sample.matches()).as(line).isTrue();
        assertThat(sample.group(1)).isEqualTo(family);
        assertThat(samples.add(sample.group(1) + sample.group(2))).as(line).isTrue();
      }
    }
    assertThat(families).hasSize(5);
  }

  private static String metrics(String plan, List<Event> events) {
    MetricsReport report = new MetricsReport(CLOCK, plan);
    events.forEach(report::on);
    return report.content();
  }
}
