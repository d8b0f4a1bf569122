package io.rdpg.plan.language.inventory;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.SourceFile;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.vault.Vault;
import io.rdpg.plan.system.Program;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A program that prints an inventory: {@code --list}, and {@code --host} for each host. */
record InventoryScript(Path file, Vault vault, Diagnostics diagnostics) {
  /** For each time that it is run. */
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  void read(InventoryTree tree) {
    run("--list")
        .ifPresent(list -> new ListInventory(tree, diagnostics).read(list, this::variables));
  }

  private Value variables(String host) {
    return run("--host", host).orElse(new Value.Nothing(Span.of(file.toString())));
  }

  /** What it prints; places in it are those of its output. */
  private Optional<Value> run(String... arguments) {
    String name = file + " " + String.join(" ", arguments);
    try {
      List<String> words =
          Stream.concat(Stream.of(file.toAbsolutePath().toString()), Stream.of(arguments)).toList();
      byte[] printed = Program.output(words, DEADLINE, SourceFile.MOST_YAML);
      String text = SourceFile.withoutMark(SourceFile.text(file, printed));
      return arguments.length > 1 && text.isBlank()
          ? Optional.empty()
          : JsonDocument.read(name, text, vault, diagnostics);
    } catch (Program.Failed e) {
      diagnostics.add(
          Diagnostic.at(
                  Span.of(file.toString()),
                  Code.BAD_VALUE,
                  "the inventory script gave no inventory for "
                      + String.join(" ", arguments)
                      + ": "
                      + e.getMessage())
              .withHint("run it by hand: " + name));
    } catch (Failure failure) {
      diagnostics.add(failure.diagnostic());
    }
    return Optional.empty();
  }
}
