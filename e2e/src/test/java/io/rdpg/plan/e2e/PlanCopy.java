package io.rdpg.plan.e2e;

import io.rdpg.plan.testing.TestFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A copy of the plans with a change, such as a step at which a run is killed. */
final class PlanCopy {
  private final Path directory;

  private PlanCopy(Path directory) {
    this.directory = directory;
  }

  /** An unchanged copy, but that locks of dead holders are free again after a second. */
  static PlanCopy in(Path parent) {
    try {
      Path directory = Files.createTempDirectory(parent, "plans-");
      Path original = LabUnderTest.CHECKOUT.resolve("plans");
      try (Stream<Path> files = Files.walk(original)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Path copy = directory.resolve(original.relativize(file));
          Files.createDirectories(copy.getParent());
          Files.copy(file, copy);
        }
      }
      PlanCopy plans = new PlanCopy(directory);
      for (String plan :
          List.of(
              "bootstrap.yml",
              "newcomers.yml",
              "nonleader.yml",
              "leader.yml",
              "remove-node.yml",
              "replace-node.yml",
              "fail-over.yml",
              "turn.yml")) {
        plans.replace(plan, "ttl: 15s", "lock_delay: 1s");
      }
      return plans;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first node of each cluster leads, so it is the write master; else any node may. */
  PlanCopy firstLeads() {
    return insert(
        "bootstrap.yml",
        "every node of the cluster is registered",
        List.of(
            "- name: the first node leads",
            "  when: node.ordinal != 1",
            "  wait_for: {key: \"rdpg/{{ cluster.id }}/leader\", timeout: 5m}"));
  }

  /** The path of a plan, as the command line takes it. */
  String path(String plan) {
    return directory.resolve(plan).toString();
  }

  /** The path in here of the plan that has this file name; a driver's is the native one's. */
  String of(String fileName) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(file -> file.getFileName().toString().equals(fileName))
          .map(file -> directory.relativize(file).toString())
          .filter(
              plan -> !plan.startsWith("replication/") || plan.startsWith("replication/native/"))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  PlanCopy replace(String plan, String from, String to) {
    String text = TestFiles.read(directory.resolve(plan));
    if (!text.contains(from)) {
      throw new AssertionError(plan + " has no '" + from + "' any more");
    }
    write(plan, text.replace(from, to));
    return this;
  }

  /**
   * Adds a step right after another one, in the same list of steps.
   *
   * @param after the other one's name as the plan writes it
   * @param step its lines
   */
  PlanCopy insert(String plan, String after, List<String> step) {
    List<String> lines = lines(plan);
    int start = start(plan, lines, after);
    int indent = indent(lines.get(start));
    lines.addAll(end(lines, start), step.stream().map(line -> " ".repeat(indent) + line).toList());
    write(plan, String.join("\n", lines) + "\n");
    return this;
  }

  /** Leaves out all that comes after a step. */
  PlanCopy endAfter(String plan, String last) {
    List<String> lines = lines(plan);
    int end = end(lines, start(plan, lines, last));
    write(plan, String.join("\n", lines.subList(0, end)) + "\n");
    return this;
  }

  private List<String> lines(String plan) {
    return new ArrayList<>(TestFiles.read(directory.resolve(plan)).lines().toList());
  }

  private static int start(String plan, List<String> lines, String name) {
    for (int line = 0; line < lines.size(); line++) {
      if (lines.get(line).replace("\"", "").strip().equals("- name: " + name)) {
        return line;
      }
    }
    throw new AssertionError(plan + " has no step '" + name + "' any more");
  }

  private static int end(List<String> lines, int start) {
    int end = start + 1;
    while (end < lines.size()
        && (lines.get(end).isBlank() || indent(lines.get(end)) > indent(lines.get(start)))) {
      end++;
    }
    return end;
  }

  private static int indent(String line) {
    return line.length() - line.stripLeading().length();
  }

  private void write(String plan, String text) {
    TestFiles.write(directory.resolve(plan), text);
  }
}
