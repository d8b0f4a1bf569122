package io.rdpg.plan.cli;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.SourceFile;
import io.rdpg.plan.language.format.FormatDiff;
import io.rdpg.plan.language.format.TextFile;
import io.rdpg.plan.language.format.YamlFormatter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fmt}: formats plans and inventories. */
@Command(
    description = {
      "Formats plans and inventories, and lists those that it changed. Comments, blank"
          + " lines and values are unchanged."
    },
    footer = {
      "rdpg-plan fmt   all plans in plans/ and below",
      "rdpg-plan fmt --check --diff plans inventories   for CI: shows what would change",
      "rdpg-plan fmt my-plan.yml"
    },
    exitCodeList = {
      "0:All files are formatted now.",
      "1:A file could not be written, or not be formatted without changing its meaning.",
      "2:A file is invalid. It is left unchanged, all others are formatted.",
      "10:With --check: a file is not formatted."
    })
final class FmtCommand extends Subcommand {
  private static final String STDIN = "-";

  @Option(names = "--check", description = "Change nothing; exit with 10 if a file would change.")
  private boolean check;

  @Option(names = "--diff", description = "Show what changes.")
  private boolean diff;

  @Mixin private ProjectOption project = new ProjectOption();

  @Parameters(
      arity = "0..*",
      paramLabel = "PLAN",
      description = {
        "Paths, names of plans in plans/, or directories for all *.yml below; - is from standard input"
            + " to standard output. Without any: plans/."
      })
  private List<String> plans = new ArrayList<>();

  private final Diagnostics diagnostics = new Diagnostics();
  private boolean changes;

  @Override
  public Integer call() {
    List<String> asked = plans.isEmpty() ? List.of(usual()) : plans;
    Set<Path> files = new LinkedHashSet<>();
    boolean stdin = false;
    for (String one : asked) {
      if (one.equals(STDIN)) {
        stdin = true;
      } else {
        files.addAll(files(one));
      }
    }
    if (stdin && asked.size() > 1) {
      throw Failure.of(
          Code.BAD_COMMAND_LINE, "- is standard input, and can't be given with files", "use one");
    }
    if (stdin) {
      layOutInput();
    }
    files.forEach(this::layOut);
    diagnostics.rejectIfAny();
    return (check && changes ? ExitCode.CHANGES_FOUND : ExitCode.DONE).number();
  }

  private Workspace workspace(String file) {
    return project.workspace(root.installation(), List.of(file));
  }

  /** The project's plans from everywhere in it, without a project those that are here. */
  private String usual() {
    Project found = workspace("").project();
    return found == null || found.machines() ? "plans" : found.folder().resolve("plans").toString();
  }

  private void layOut(Path path) {
    try {
      TextFile file = TextFile.read(path);
      Optional<String> laidOut = YamlFormatter.of(file.name(), file.text(), diagnostics);
      if (laidOut.isEmpty() || laidOut.get().equals(file.text())) {
        return;
      }
      if (!check) {
        file.replace(laidOut.get());
      }
      report(file.name(), file.text(), laidOut.get());
    } catch (Failure failure) {
      diagnostics.add(failure.diagnostic());
    }
  }

  private void layOutInput() {
    String name = "<stdin>";
    try {
      Path called = Path.of(name);
      String text =
          SourceFile.text(called, SourceFile.bytes(System.in, called, SourceFile.MOST_YAML));
      Optional<String> laidOut = YamlFormatter.of(name, text, diagnostics);
      if (laidOut.isEmpty()) {
        return;
      }
      if (!check && !diff) {
        root.streams().out().writeBytes(laidOut.get().getBytes(StandardCharsets.UTF_8));
      } else if (!laidOut.get().equals(text)) {
        report(name, text, laidOut.get());
      }
    } catch (Failure failure) {
      diagnostics.add(failure.diagnostic());
    } catch (IOException e) {
      throw new UncheckedIOException("could not read standard input", e);
    }
  }

  private void report(String name, String before, String after) {
    changes = true;
    root.streams().out().println(name);
    if (diff) {
      FormatDiff.unified(name, before, after).forEach(root.streams().out()::println);
    }
  }

  /** The files that an argument means. */
  private List<Path> files(String argument) {
    try {
      Path path = root.installation().file(Path.of(argument));
      if (Files.isDirectory(path)) {
        return below(path);
      }
      if (Files.exists(path)) {
        return List.of(path);
      }
      if (argument.equals("plans")) {
        throw Failure.of(
            Code.MISSING_FILE,
            "there is no directory plans/",
            "give a path, or - for standard input");
      }
      return List.of(workspace(argument).plan(argument));
    } catch (InvalidPathException e) {
      throw Failure.of(Code.MISSING_FILE, "there is no plan " + argument, "give a path");
    } catch (Failure failure) {
      diagnostics.add(failure.diagnostic());
      return List.of();
    }
  }

  private static List<Path> below(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(file -> String.valueOf(file.getFileName()).endsWith(".yml"))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    } catch (IOException | UncheckedIOException e) {
      throw Failure.of(
          Code.MISSING_FILE,
          "the directory " + directory + " can't be read",
          "check that you can read all of it");
    }
  }
}
