package io.rdpg.plan.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.TestDeadlines;
import io.rdpg.plan.trial.ProgramResult;
import io.rdpg.plan.trial.RunningProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** A program that runs, as {@link RunningProgram}, with the deadlines of tests. */
public final class Running {
  private final RunningProgram program;

  private Running(RunningProgram program) {
    this.program = program;
  }

  /**
   * Starts a program.
   *
   * @param outputs where the files are made that it writes to
   * @param environment variables beyond the test's own
   */
  static Running start(
      Path directory, Path outputs, Map<String, String> environment, List<String> command) {
    return new Running(RunningProgram.start(directory, outputs, environment, command));
  }

  /** Runs a program to its end. */
  public static CommandResult run(
      Path directory, Map<String, String> environment, List<String> command) {
    return run(directory, environment, command, TestDeadlines.LONG);
  }

  /** Runs a program to its end, which may take so long. */
  public static CommandResult run(
      Path directory, Map<String, String> environment, List<String> command, Duration deadline) {
    try {
      Path outputs = Files.createTempDirectory("rdpg-plan-test-");
      try {
        return start(directory, outputs, environment, command).await(deadline);
      } finally {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(outputs)) {
          for (Path file : files) {
            Files.delete(file);
          }
        }
        Files.delete(outputs);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The JVM itself: the launcher becomes it. */
  Process process() {
    return program.process();
  }

  /** Waits for its end; at the deadline it is killed and the test fails. */
  CommandResult await() {
    return await(TestDeadlines.LONG);
  }

  private CommandResult await(Duration deadline) {
    return program
        .await(deadline)
        .map(Running::ended)
        .orElseThrow(() -> {
          process().descendants().forEach(ProcessHandle::destroyForcibly);
          return new AssertionError(
              program.command() + " still ran after " + deadline + "\n" + program.kill().said());
        });
  }

  /** Ends it without giving it time for anything, as {@code kill -9} does. */
  CommandResult kill() {
    return ended(program.kill());
  }

  private static CommandResult ended(ProgramResult result) {
    return new CommandResult(result.exit(), result.stdout(), result.stderr());
  }

  /** The events of {@code -o json} that it has written to their ends. */
  List<JsonNode> events() {
    return program.result().events();
  }

  /** Waits until it has written such an event, while it runs. */
  void awaitEvent(String what, Predicate<JsonNode> event) {
    Eventually.holds(
        what,
        TestDeadlines.LONG,
        () -> {
          boolean ended = !process().isAlive();
          if (events().stream().anyMatch(event)) {
            return true;
          }
          if (ended) {
            throw new AssertionError(
                program.command() + " ended before: " + what + "\n" + program.result().said());
          }
          return false;
        });
  }
}
