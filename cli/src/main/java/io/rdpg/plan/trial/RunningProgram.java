package io.rdpg.plan.trial;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A program as a process that runs, without standard input; what it writes goes to files. */
public final class RunningProgram {
  private final String command;
  private final Process process;
  private final Path stdout;
  private final Path stderr;

  private RunningProgram(String command, Process process, Path stdout, Path stderr) {
    this.command = command;
    this.process = process;
    this.stdout = stdout;
    this.stderr = stderr;
  }

  /**
   * Starts a program.
   *
   * @param outputs where the two files are made that it writes to
   * @param environment variables beyond this process's own
   */
  public static RunningProgram start(
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
      return new RunningProgram(String.join(" ", command), builder.start(), stdout, stderr);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its command line. */
  public String command() {
    return command;
  }

  public Process process() {
    return process;
  }

  /** Waits for its end; empty when it still runs at the deadline. */
  public Optional<ProgramResult> await(Duration deadline) {
    try {
      return process.waitFor(deadline) ? Optional.of(result()) : Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + command, e);
    }
  }

  /** Ends it without giving it time for anything, as {@code kill -9} does. */
  public ProgramResult kill() {
    try {
      process.destroyForcibly().waitFor();
      return result();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while killing " + command, e);
    }
  }

  /**
   * Sends it a signal.
   *
   * @param name such as {@code STOP}
   */
  public void signal(String name) {
    try {
      var _ =
          new ProcessBuilder("kill", "-s", name, Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while signalling " + command, e);
    }
  }

  /** What it has written so far; its exit code is -1 as long as it runs. */
  public ProgramResult result() {
    return new ProgramResult(
        process.isAlive() ? -1 : process.exitValue(), text(stdout), text(stderr));
  }

  /** A character that is written only in part becomes a replacement character. */
  private static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
