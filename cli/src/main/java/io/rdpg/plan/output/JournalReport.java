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
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a run's events in {@code runs/<run>/events.ndjson}, for people, never for decisions. Safe
 * for use by many threads.
 */
public final class JournalReport implements Event.Sink, AutoCloseable {
  private final Path path;
  private final OutputStream file;
  private final Event.Sink screen;
  private final JsonReport report;
  private @Nullable Diagnostic loss;

  private JournalReport(Path path, OutputStream file, JsonLines lines, Event.Sink screen) {
    this.path = path;
    this.file = file;
    this.screen = screen;
    this.report = new JsonReport(lines, file, this::lost);
  }

  /**
   * Opens the journal of one run.
   *
   * @param home the directory that {@code runs} is in, made when absent
   * @param screen is told when the journal is cut, such as by a full disk
   * @throws Failure when it can't be written there
   */
  public static JournalReport open(Path home, String run, JsonLines lines, Event.Sink screen) {
    Path path = home.resolve("runs").resolve(run).resolve("events.ndjson");
    try {
      Files.createDirectories(path.getParent());
      OutputStream file = new BufferedOutputStream(Files.newOutputStream(path));
      return new JournalReport(path, file, lines, screen);
    } catch (IOException e) {
      throw new Failure(
          Diagnostic.of(Code.FILE_FAILED, "this run has no journal: " + path + " can't be written")
              .withHint(
                  "XDG_STATE_HOME names the directory for it: choose one that you can write to"),
          e);
    }
  }

  @Override
  public void on(Event event) {
    report.on(event);
  }

  private void lost(IOException e) {
    Diagnostic cut =
        Diagnostic.of(
                Code.FILE_FAILED, "the journal of this run is cut: " + path + ": " + e.getMessage())
            .withHint("the run itself goes on; make room before the next one");
    loss = cut;
    screen.on(new Event.DiagnosticReported(cut));
  }

  /** Why the journal is cut; empty when it is whole. */
  public Optional<Diagnostic> loss() {
    return Optional.ofNullable(loss);
  }

  /** Some file systems tell only now that what was written is lost. */
  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      if (loss == null) {
        lost(e);
      }
    }
  }
}
