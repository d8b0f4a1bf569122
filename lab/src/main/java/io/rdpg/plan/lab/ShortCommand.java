package io.rdpg.plan.lab;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** A short program that the lab waits for. */
record ShortCommand(List<String> argv) {
  private static final int LINES_SHOWN = 5;

  /** A directory that every user may enter, unlike the one where this program was started. */
  private static final File ROOT = new File("/");

  ShortCommand {
    argv = List.copyOf(argv);
  }

  static ShortCommand of(String... argv) {
    return new ShortCommand(List.of(argv));
  }

  /** A shell script among this package's resources. */
  static ShortCommand script(String resource, String... arguments) {
    try (InputStream in =
        Objects.requireNonNull(ShortCommand.class.getResourceAsStream(resource), resource)) {
      List<String> argv = new ArrayList<>();
      argv.add("sh");
      argv.add("-c");
      argv.add(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      argv.add(resource);
      argv.addAll(List.of(arguments));
      return new ShortCommand(argv);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs it to its end with nothing to read.
   *
   * @throws Failure with the end of what it wrote, when it exits with another code than 0
   */
  void run() {
    run(InputStream.nullInputStream());
  }

  /** Runs it to its end on this input. */
  void run(InputStream stdin) {
    var _ = output(stdin);
  }

  /**
   * Runs it to its end with nothing to read.
   *
   * @return all that it wrote
   * @throws Failure as {@link #run}
   */
  String output() {
    return output(InputStream.nullInputStream());
  }

  private String output(InputStream stdin) {
    try {
      Process process = new ProcessBuilder(argv).directory(ROOT).redirectErrorStream(true).start();
      try (OutputStream to = process.getOutputStream()) {
        stdin.transferTo(to);
      } catch (IOException _) {
        // It ended before it had read everything: its exit code says why.
      }
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int exit = process.waitFor();
      if (exit != 0) {
        throw Failure.of(
            Code.LAB_FAILED, name() + " ended with exit code " + exit + ": " + lastLines(said));
      }
      return said;
    } catch (IOException e) {
      throw Failure.of(Code.LAB_FAILED, "could not run " + name() + ": " + e.getMessage());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw Failure.of(Code.INTERRUPTED, "interrupted while " + name() + " ran");
    }
  }

  /** The end of an output or a log, on one line. */
  static String lastLines(String text) {
    List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
    return lines.isEmpty()
        ? "(it wrote nothing)"
        : lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size()).stream()
            .map(String::strip)
            .collect(Collectors.joining(" | "));
  }

  private String name() {
    boolean script = argv.size() > 3 && argv.get(0).equals("sh");
    return script ? argv.get(3) : String.valueOf(Path.of(argv.getFirst()).getFileName());
  }
}
