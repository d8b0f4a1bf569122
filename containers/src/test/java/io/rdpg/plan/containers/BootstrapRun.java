package io.rdpg.plan.containers;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.testing.TestFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A run of {@code rdpg-plan apply bootstrap}, and the events that it tells, as lines of JSON. */
final class BootstrapRun implements AutoCloseable {
  /** What a shell says of a process that SIGKILL has ended. */
  private static final int KILLED = 128 + 9;

  private final Process process;
  private final Path errors;
  private final BufferedReader events;

  BootstrapRun(ProcessBuilder command, Path errors) {
    try {
      this.process = command.redirectError(errors.toFile()).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.errors = errors;
    this.events = process.inputReader();
  }

  /** The lines up to the first that is it. */
  List<String> readUntil(String what, Predicate<String> it) {
    List<String> lines = new ArrayList<>();
    for (String line = next(); !line.isEmpty(); line = next()) {
      lines.add(line);
      if (it.test(line)) {
        return lines;
      }
    }
    throw new AssertionError("ended without: " + what + "\n" + told(lines));
  }

  /** The lines that are left, of a run that ends well. */
  List<String> succeeds() {
    List<String> lines = rest();
    assertThat(exit()).as(told(lines)).isZero();
    return lines;
  }

  /** The lines that are left, of a run that ends with an error. */
  List<String> fails() {
    List<String> lines = rest();
    assertThat(exit()).as(told(lines)).isNotZero();
    return lines;
  }

  /** Ends it in the middle, without a chance to tidy up. */
  void kill() {
    process.destroyForcibly();
    assertThat(exit()).as("it was killed, and had not ended before").isEqualTo(KILLED);
  }

  private List<String> rest() {
    List<String> lines = new ArrayList<>();
    for (String line = next(); !line.isEmpty(); line = next()) {
      lines.add(line);
    }
    return lines;
  }

  /** The next line; empty at the end. */
  private String next() {
    try {
      String line = events.readLine();
      return line == null ? "" : line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int exit() {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private String told(List<String> lines) {
    return String.join("\n", lines) + "\n" + TestFiles.read(errors);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
