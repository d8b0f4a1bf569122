package io.rdpg.plan.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A server as a child process of the test's, with a directory of its own; it dies with the test.
 */
final class TestServerProcess implements AutoCloseable {
  private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

  private final Process process;
  private final Path directory;
  private final Thread hook = new Thread(this::end);

  private TestServerProcess(Process process, Path directory) {
    this.process = process;
    this.directory = directory;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** A new directory that the servers' user owns. */
  static Path directory(String name) throws IOException {
    Path directory = Files.createTempDirectory(Path.of("/tmp"), "rdpg-plan-" + name + "-");
    giveAway(directory);
    return directory;
  }

  /** A new file that the servers' user owns, and nobody else may read. */
  static Path ownFile(Path file, String content) throws IOException {
    Files.writeString(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    giveAway(file);
    return file;
  }

  private static void giveAway(Path file) throws IOException {
    if (ROOT) {
      Files.setOwner(
          file,
          file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
    }
  }

  /** A command line that is not run as root, which PostgreSQL refuses. */
  static List<String> asOrdinaryUser(List<String> command) {
    List<String> whole = new ArrayList<>();
    if (ROOT) {
      whole.addAll(List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"));
    }
    whole.addAll(command);
    return whole;
  }

  /** Runs a command to its end. */
  static void run(List<String> command, Path log) throws IOException, InterruptedException {
    int exit =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start()
            .waitFor();
    if (exit != 0) {
      throw new IOException(command + " exited with " + exit + ": " + Files.readString(log));
    }
  }

  static TestServerProcess start(List<String> command, Path directory, Path log)
      throws IOException {
    return new TestServerProcess(
        new ProcessBuilder(asOrdinaryUser(command))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start(),
        directory);
  }

  boolean alive() {
    return process.isAlive();
  }

  /** Kills it without giving it time, and keeps its directory. */
  void kill() {
    try {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor(TestDeadlines.SOON);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(hook);
    end();
  }

  private void end() {
    kill();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      // A temporary directory that stays behind fails no test.
    }
  }
}
