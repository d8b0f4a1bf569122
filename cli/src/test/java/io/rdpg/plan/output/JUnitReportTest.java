package io.rdpg.plan.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.Status;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.maven.plugin.surefire.log.api.NullConsoleLogger;
import org.apache.maven.plugins.surefire.report.ReportTestCase;
import org.apache.maven.plugins.surefire.report.ReportTestSuite;
import org.apache.maven.plugins.surefire.report.TestSuiteXmlParser;
import org.junit.jupiter.api.Test;

/** What another program's parser makes of it: Maven's, which is as strict as any. */
class JUnitReportTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-23T22:00:00.123456Z"), ZoneOffset.UTC);

  @Test
  void each_node_is_a_suite_and_each_of_its_steps_a_case() throws Exception {
    List<ReportTestSuite> suites = parsed(SampleRun.apply());
    assertThat(suites)
        .extracting(ReportTestSuite::getFullClassName)
        .containsExactly("bootstrap.mc1", "bootstrap.mc2");
    ReportTestSuite mc1 = suites.getFirst();
    assertThat(mc1.getNumberOfTests()).isEqualTo(3);
    assertThat(mc1.getNumberOfFailures()).isZero();
    assertThat(mc1.getNumberOfSkipped()).isEqualTo(1);
    assertThat(mc1.getTestCases())
        .extracting(ReportTestCase::getName)
        .containsExactly("user rdpg exists", "pg_hba.conf", "every node is registered");
    assertThat(mc1.getTestCases())
        .extracting(ReportTestCase::getFullClassName)
        .containsOnly("bootstrap.mc1");
    assertThat(mc1.getTestCases().get(1).getTime()).isEqualTo(1.234f);
    assertThat(mc1.getTestCases().getLast().hasSkipped()).isTrue();
  }

  @Test
  void a_failure_has_its_diagnostic() throws Exception {
    ReportTestCase failed = parsed(SampleRun.apply()).getLast().getTestCases().getFirst();
    assertThat(failed.hasFailure()).isTrue();
    assertThat(failed.getFailureType()).isEqualTo("sql_failed");
    assertThat(failed.getFailureMessage()).startsWith("ERROR: role \"rdpg\" exists");
    assertThat(failed.getFailureDetail())
        .contains("plans/bootstrap.yml:12:5", "on mc2", "hint: add an unless");
  }

  @Test
  void an_error_outside_of_every_step_is_a_suite_of_its_own() throws Exception {
    List<ReportTestSuite> suites =
        parsed(
            List.of(
                new Event.DiagnosticReported(Diagnostic.of(Code.UNREACHABLE, "no route to host")),
                new Event.DiagnosticReported(Diagnostic.of(Code.UNREACHABLE, "refused"))));
    assertThat(suites).hasSize(1);
    assertThat(suites.getFirst().getNumberOfErrors()).isEqualTo(2);
    assertThat(suites.getFirst().getTestCases())
        .extracting(ReportTestCase::getName)
        .doesNotHaveDuplicates();
  }

  @Test
  void what_changed_is_the_output_of_a_case() {
    JUnitReport report = new JUnitReport(CLOCK);
    SampleRun.apply().forEach(report::on);
    assertThat(report.content())
        .contains("changed: content differs\nwrite /data/pg_hba.conf (2 lines, 0640)");
  }

  @Test
  void characters_that_xml_cannot_hold_are_replaced() throws Exception {
    String odd = "a\u0000b\u001b[31m<&>\"'\ud800c\uffff \ud83d\ude00";
    ReportTestCase read =
        parsed(List.of(SampleRun.finished("mc1", odd, Status.SKIPPED, odd)))
            .getFirst()
            .getTestCases()
            .getFirst();
    assertThat(read.getName()).isEqualTo("a\ufffdb\ufffd[31m<&>\"'\ufffdc\ufffd \ud83d\ude00");
  }

  private static List<ReportTestSuite> parsed(List<Event> events) throws Exception {
    JUnitReport report = new JUnitReport(CLOCK);
    events.forEach(report::on);
    return new TestSuiteXmlParser(new NullConsoleLogger())
        .parse(
            new InputStreamReader(
                new ByteArrayInputStream(report.content().getBytes(UTF_8)), UTF_8));
  }
}
