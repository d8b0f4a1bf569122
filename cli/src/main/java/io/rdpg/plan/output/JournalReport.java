package io.rdpg.plan.output;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.run.event.Event;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Keeps a run's events in {@code runs/<run>/events.ndjson}, for people, never for decisions. Safe
 * for use by many threads.
 */
public final class JournalReport implements Event.Sink, AutoCloseable {
  private final OutputStream file;
  private final JsonReport report;

  private JournalReport(OutputStream file, JsonLines lines) {
    this.file = file;
    this.report = new JsonReport(lines, file);
  }

  /**
   * Opens the journal of one run.
   *
   * @param home the directory {@code .rdpg-plan}, made when absent
   * @throws Failure when it can't be written there
   */
  public static JournalReport open(Path home, String run, JsonLines lines) {
    Path path = home.resolve("runs").resolve(run).resolve("events.ndjson");
    try {
      Files.createDirectories(path.getParent());
      return new JournalReport(new BufferedOutputStream(Files.newOutputStream(path)), lines);
    } catch (IOException e) {
      throw new Failure(
          Diagnostic.of(Code.FILE_FAILED, "this run has no journal: " + path + " can't be written")
              .withHint("run from a writable directory"),
          e);
    }
  }

  @Override
  public void on(Event event) {
    report.on(event);
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      // Nothing is decided from the journal, and each event was flushed when it came.
    }
  }
}
