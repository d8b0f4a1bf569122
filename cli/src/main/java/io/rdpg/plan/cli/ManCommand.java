package io.rdpg.plan.cli;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.Suggestions;
import io.rdpg.plan.reference.CommandPage;
import io.rdpg.plan.reference.ManPages;
import io.rdpg.plan.step.builtin.Primitives;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code man}: the manual, made of what {@code --help} and {@code explain} are made of. */
@Command(
    description = {
      "Prints a page of the manual: on a command, on the plan language, or on rdpg-plan"
          + " itself, for man(1)."
    },
    footer = {
      "rdpg-plan man apply | man -l -   one page",
      "rdpg-plan man plan | man -l -   the plan language",
      "rdpg-plan man --into ~/.local/share/man   all pages, installed"
    })
final class ManCommand extends Subcommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "COMMAND",
      description = "A command, or plan for the plan language.")
  private @Nullable String command;

  @Option(
      names = "--into",
      paramLabel = "DIRECTORY",
      description = "Write all pages below this directory instead, as man1/… and man5/….")
  private @Nullable Path into;

  @Override
  public Integer call() {
    Map<String, String> pages =
        ManPages.of(CommandPage.of(spec.root()), Primitives.signatures().values());
    if (into != null) {
      write(pages, root.installation().file(into));
    } else {
      root.streams().out().print(page(pages));
    }
    return 0;
  }

  private String page(Map<String, String> pages) {
    Map<String, String> byName = new LinkedHashMap<>();
    pages.forEach((path, page) -> {
      String file = path.substring(path.indexOf('/') + 1, path.lastIndexOf('.'));
      byName.put(file.substring(Math.min(file.length(), "rdpg-plan-".length())), page);
    });
    String wanted = Objects.requireNonNullElse(command, "");
    String page = byName.get(wanted);
    if (page == null) {
      throw Failure.of(
          Code.BAD_COMMAND_LINE,
          "there is no manual page for " + wanted,
          Suggestions.hint(wanted, byName.keySet().stream().filter(n -> !n.isEmpty()).toList()));
    }
    return page;
  }

  private static void write(Map<String, String> pages, Path directory) {
    for (Map.Entry<String, String> page : pages.entrySet()) {
      Path file = directory.resolve(page.getKey());
      try {
        Files.createDirectories(file.getParent());
        Files.writeString(file, page.getValue());
      } catch (IOException e) {
        throw Failure.of(Code.BAD_COMMAND_LINE, "could not write " + file + ": " + e.getMessage());
      }
    }
  }
}
