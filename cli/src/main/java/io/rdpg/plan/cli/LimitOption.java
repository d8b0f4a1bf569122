package io.rdpg.plan.cli;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.SourceFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** {@code -l}: the nodes that are taken. */
final class LimitOption {
  @Option(
      names = {"-l", "--limit"},
      paramLabel = "PATTERN",
      defaultValue = "all",
      description = {
        "Limit to these nodes: an Ansible host pattern, or @FILE with one on each line."
      })
  private String limit = "all";

  /** The pattern, with what files that it names contain. */
  String pattern(Installation installation) {
    return limit.contains("@")
        ? Arrays.stream(limit.split(","))
            .flatMap(term -> terms(term.strip(), installation))
            .collect(Collectors.joining(","))
        : limit;
  }

  private static Stream<String> terms(String term, Installation installation) {
    if (!term.startsWith("@")) {
      return Stream.of(term);
    }
    Path file = installation.file(Path.of(term.substring(1)));
    List<String> lines =
        SourceFile.read(file, SourceFile.MOST_YAML)
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty() && !line.startsWith("#"))
            .toList();
    if (lines.isEmpty()) {
      throw Failure.of(
          Code.BAD_COMMAND_LINE,
          "-l @" + file + " names no node",
          "the file has one host pattern on each line");
    }
    return lines.stream();
  }
}
