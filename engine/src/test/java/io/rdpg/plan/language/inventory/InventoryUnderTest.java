package io.rdpg.plan.language.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.model.Inventory;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.vault.Vault;
import io.rdpg.plan.testing.TestFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Files of an inventory below one directory, and what is read from them. */
record InventoryUnderTest(Path directory) {
  InventoryUnderTest with(String file, String text) {
    TestFiles.write(directory.resolve(file), text);
    return this;
  }

  InventoryUnderTest withScript(String file, String text) {
    with(file, text);
    assertThat(directory.resolve(file).toFile().setExecutable(true)).isTrue();
    return this;
  }

  ParsedInventory parsed(Diagnostics diagnostics, String... sources) {
    List<Path> paths = Stream.of(sources).map(directory::resolve).toList();
    return InventoryReader.read(paths, Vault.WITHOUT_PASSWORDS, diagnostics);
  }

  Inventory read(String... sources) {
    Diagnostics diagnostics = new Diagnostics();
    Inventory inventory = parsed(diagnostics, sources).inventory();
    assertThat(diagnostics.all()).isEmpty();
    return inventory;
  }

  /** Each as {@code file:line:column message}, the file without its directory. */
  List<String> errors(String... sources) {
    Diagnostics diagnostics = new Diagnostics();
    parsed(diagnostics, sources);
    return diagnostics.all().stream().map(this::shown).toList();
  }

  String shown(Diagnostic diagnostic) {
    String place = diagnostic.at() == null ? "" : diagnostic.at().place() + " ";
    return (place + diagnostic.message()).replace(directory + "/", "");
  }

  /** A node's variables, {@code name=value} each, by name. */
  static String vars(Inventory inventory, String node) {
    return inventory.node(node).orElseThrow().vars().entrySet().stream()
        .map(entry -> entry.getKey() + "=" + shown(Objects.requireNonNull(entry.getValue())))
        .sorted()
        .collect(Collectors.joining(" "));
  }

  private static String shown(Value value) {
    return switch (value) {
      case Value.Str str -> str.toString();
      case Value.Num num -> num.number().toString();
      case Value.Bool bool -> String.valueOf(bool.value());
      case Value.Nothing _ -> "null";
      case Value.Seq seq -> seq.items().stream().map(InventoryUnderTest::shown).toList().toString();
      case Value.Mapping map -> map.entries().keySet().toString();
    };
  }
}
