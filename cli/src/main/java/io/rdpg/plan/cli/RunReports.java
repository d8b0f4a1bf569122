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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The reports of one run, each with its file, which is replaced as a whole at the end. */
final class RunReports implements Event.Sink {
  private final List<Written> all;
  private final boolean preview;
  private volatile boolean ended;

  /**
   * @param preview whether the run performs nothing
   */
  RunReports(List<Written> all, boolean preview) {
    this.all = List.copyOf(all);
    this.preview = preview;
  }

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

  @Override
  public void on(Event event) {
    all.forEach(written -> written.report().on(event));
    if (event instanceof Event.RunFinished) {
      ended = true;
    }
  }

  /** Notes why the run never began, unless it has ended. */
  void refused(List<Diagnostic> diagnostics) {
    if (ended) {
      return;
    }
    int exit =
        ExitCode.worst(diagnostics.stream().map(diagnostic -> diagnostic.code().exit()).toList())
            .number();
    diagnostics.forEach(diagnostic -> on(new Event.DiagnosticReported(diagnostic)));
    on(new Event.RunFinished(Map.of(), Duration.ZERO, preview, exit));
  }

  /**
   * Writes what has been collected.
   *
   * @return why some can't be written; the others are
   */
  List<Diagnostic> write() {
    List<Diagnostic> unwritten = new ArrayList<>();
    for (Written written : all) {
      try (AtomicFile file = AtomicFile.of(written.file())) {
        file.write(written.report().content()).replace();
      } catch (IOException e) {
        unwritten.add(
            Diagnostic.of(
                    Code.FILE_FAILED, "the report " + written.file() + " can't be written: " + e)
                .withHint("the run itself has ended; its journal says how"));
      }
    }
    return unwritten;
  }
}
