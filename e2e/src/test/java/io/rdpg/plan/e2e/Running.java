package io.rdpg.plan.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.TestDeadlines;
import io.rdpg.plan.testing.TestFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** A program as a process that runs, without standard input; what it writes goes to files. */
public final class Running {
  private final String command;
  private final Process process;
  private final Path stdout;
  private final Path stderr;

  private Running(String command, Process process, Path stdout, Path stderr) {
    this.command = command;
    this.process = process;
    this.stdout = stdout;
    this.stderr = stderr;
  }

  /**
   * Starts a program.
   *
   * @param outputs where the files are made that it writes to
   * @param environment variables beyond the test's own
   */
  static Running start(
      Path directory, Path outputs, Map<String, String> environment, List<String> command) {
    try {
      Path stdout = Files.createTempFile(outputs, "command-", ".out");
      Path stderr = Files.createTempFile(outputs, "command-", ".err");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(stdout.toFile())
              .redirectError(stderr.toFile());
      builder.environment().putAll(environment);
      return new Running(String.join(" ", command), builder.start(), stdout, stderr);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a program to its end. */
  public static CommandResult run(
      Path directory, Map<String, String> environment, List<String> command) {
    try {
      Path outputs = Files.createTempDirectory("rdpg-plan-test-");
      Running running = start(directory, outputs, environment, command);
      try {
        return running.await();
      } finally {
        Files.delete(running.stdout);
        Files.delete(running.stderr);
        Files.delete(outputs);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The JVM itself: the launcher becomes it. */
  Process process() {
    return process;
  }

  /** Waits for its end; at the deadline it is killed and the test fails. */
  CommandResult await() {
    try {
      if (!process.waitFor(TestDeadlines.LONG)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        kill();
        throw new AssertionError(
            command
                + " still ran after "
                + TestDeadlines.LONG
                + "\n"
                + TestFiles.read(stdout)
                + TestFiles.read(stderr));
      }
      return new CommandResult(process.exitValue(), TestFiles.read(stdout), TestFiles.read(stderr));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Ends it without giving it time for anything, as {@code kill -9} does. */
  CommandResult kill() {
    try {
      process.destroyForcibly().waitFor();
      return new CommandResult(process.exitValue(), TestFiles.read(stdout), TestFiles.read(stderr));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** The events of {@code -o json} that it has written to their ends. */
  List<JsonNode> events() {
    String text = TestFiles.read(stdout);
    return text.substring(0, text.lastIndexOf('\n') + 1).lines().map(CommandResult::event).toList();
  }

  /** Waits until it has written such an event, while it runs. */
  void awaitEvent(String what, Predicate<JsonNode> event) {
    Eventually.holds(
        what,
        TestDeadlines.LONG,
        () -> {
          boolean ended = !process.isAlive();
          if (events().stream().anyMatch(event)) {
            return true;
          }
          if (ended) {
            throw new AssertionError(
                command
                    + " ended before: "
                    + what
                    + "\n"
                    + TestFiles.read(stdout)
                    + TestFiles.read(stderr));
          }
          return false;
        });
  }
}
