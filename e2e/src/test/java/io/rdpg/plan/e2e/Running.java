package io.rdpg.plan.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.TestDeadlines;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/** The command as a process that runs; what it writes goes to files. */
final class Running {
  private final String command;
  private final Process process;
  private final Path stdout;
  private final Path stderr;

  Running(String command, Process process, Path stdout, Path stderr) {
    this.command = command;
    this.process = process;
    this.stdout = stdout;
    this.stderr = stderr;
  }

  /** The JVM itself: the launcher becomes it. */
  Process process() {
    return process;
  }

  /** Waits for its end; at the deadline it is killed and the test fails. */
  CommandResult await() {
    try {
      if (!process.waitFor(TestDeadlines.LONG)) {
        kill();
        throw new AssertionError(
            command
                + " still ran after "
                + TestDeadlines.LONG
                + "\n"
                + read(stdout)
                + read(stderr));
      }
      return new CommandResult(process.exitValue(), read(stdout), read(stderr));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Ends it without giving it time for anything, as {@code kill -9} does. */
  CommandResult kill() {
    try {
      process.destroyForcibly().waitFor();
      return new CommandResult(process.exitValue(), read(stdout), read(stderr));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** The events of {@code -o json} that it has written to their ends. */
  List<JsonNode> events() {
    String text = read(stdout);
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
                command + " ended before: " + what + "\n" + read(stdout) + read(stderr));
          }
          return false;
        });
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
