package io.rdpg.plan.cli;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.output.RunReport;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.system.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The reports of one run, each with its file, which is replaced as a whole at the end.
 *
 * @param preview whether the run performs nothing
 */
record RunReports(List<Written> all, boolean preview) {
  /** A report and where it is written. */
  record Written(Path file, RunReport report) {}

  /**
   * A report that can be written to its place.
   *
   * @param option which names the file
   * @throws Failure when no file can be put there
   */
  static Written at(Path file, String option, RunReport report) {
    Path directory = file.toAbsolutePath().getParent();
    if (Files.isDirectory(file) || directory == null || !Files.isDirectory(directory)) {
      throw Failure.of(
          Code.BAD_COMMAND_LINE,
          option
              + " can't write to "
              + file
              + (Files.isDirectory(file) ? ": it is a directory" : ""),
          "name a file in a directory that exists");
    }
    if (!Files.isWritable(directory)) {
      throw Failure.of(
          Code.BAD_COMMAND_LINE,
          option + " can't write to " + file + ": you may not write in " + directory,
          "name a file in a directory that you may write to");
    }
    return new Written(file, report);
  }

  List<RunReport> sinks() {
    return all.stream().map(Written::report).toList();
  }

  /** Writes that the run never began, and why. */
  void writeRefusal(List<Diagnostic> diagnostics) {
    int exit =
        ExitCode.worst(diagnostics.stream().map(diagnostic -> diagnostic.code().exit()).toList())
            .number();
    for (RunReport report : sinks()) {
      diagnostics.forEach(diagnostic -> report.on(new Event.DiagnosticReported(diagnostic)));
      report.on(new Event.RunFinished(Map.of(), Duration.ZERO, preview, exit));
    }
    write();
  }

  /**
   * Writes what has been collected.
   *
   * @throws Failure when a file can't be written
   */
  void write() {
    for (Written written : all) {
      try (AtomicFile file = AtomicFile.of(written.file())) {
        file.write(written.report().content()).replace();
      } catch (IOException e) {
        throw new Failure(
            Diagnostic.of(
                    Code.FILE_FAILED, "the report " + written.file() + " can't be written: " + e)
                .withHint("the run itself has ended; its journal says how"),
            e);
      }
    }
  }
}
