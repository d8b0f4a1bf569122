package io.rdpg.plan.junit;

import io.rdpg.plan.trial.TestBed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is kept of a lab when a test fails: {@code journals/RUN/events.ndjson} of the test's own
 * runs, and in {@code NODE} the logs of all servers.
 */
final class KeptFiles {
  private final TestBed nodes;
  private volatile Set<Path> earlier = Set.of();

  KeptFiles(TestBed nodes) {
    this.nodes = nodes;
  }

  void beginTest() {
    earlier = entries(nodes.runs().journals()).stream().collect(Collectors.toUnmodifiableSet());
  }

  void copyTo(Path directory) {
    for (Path run : entries(nodes.runs().journals())) {
      if (!earlier.contains(run)) {
        copy(run, directory.resolve("journals").resolve(nodes.runs().journals().relativize(run)));
      }
    }
    for (String node : nodes.nodes()) {
      try {
        nodes.copyLogs(node, directory.resolve(node));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static List<Path> entries(Path directory) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The files of a directory. */
  private static void copy(Path from, Path to) {
    try {
      Files.createDirectories(to);
      for (Path file : entries(from)) {
        if (Files.isRegularFile(file)) {
          Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.REPLACE_EXISTING);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
