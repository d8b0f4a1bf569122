package io.rdpg.plan.cli;

import io.rdpg.plan.output.JUnitReport;
import io.rdpg.plan.output.MetricsReport;
import io.rdpg.plan.output.RunPage;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --junit}, {@code --metrics} and {@code --html}: files about a run. */
final class ReportOptions {
  @Option(
      names = "--junit",
      paramLabel = "FILE",
      description = "Also write a JUnit report for CI systems: a test case for each node and step.")
  private @Nullable Path junit;

  @Option(
      names = "--metrics",
      paramLabel = "FILE",
      description =
          "Also write the run's result as metrics, for the textfile collector of Prometheus's node"
              + " exporter.")
  private @Nullable Path metrics;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description =
          "Also write the run or the preview as a page for a browser, with every difference in full"
              + " and, with --out, the digest of the sealed file. It needs no network.")
  private @Nullable Path html;

  /**
   * The reports of a run that is about to begin.
   *
   * @param plan as the command line names it; empty where a sealed preview does
   * @param sealed where a preview is sealed into; null for nowhere
   */
  RunReports open(
      Installation installation, boolean preview, String plan, @Nullable SealedPlace sealed) {
    Clock clock = Clock.systemUTC();
    List<RunReports.Written> written = new ArrayList<>();
    if (junit != null) {
      written.add(RunReports.at(installation.file(junit), "--junit", new JUnitReport(clock)));
    }
    if (metrics != null) {
      written.add(
          RunReports.at(installation.file(metrics), "--metrics", new MetricsReport(clock, plan)));
    }
    if (html != null) {
      RunPage page = new RunPage(clock, () -> sealed == null ? "" : sealed.inWords());
      written.add(RunReports.at(installation.file(html), "--html", page));
    }
    return new RunReports(written, preview);
  }
}
