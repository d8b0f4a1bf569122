package io.rdpg.plan.language.inventory;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.SourceFile;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.vault.Vault;
import io.rdpg.plan.language.yaml.YamlDocument;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The folders {@code group_vars} and {@code host_vars} beside an inventory or a plan. A group or
 * host has one file there, without extension or with {@code .yml}, {@code .yaml} or {@code .json},
 * or a folder of such files, which is read in alphabetical order; the first of these that is there
 * is taken. Each file is read once.
 *
 * @see <a
 *     href="https://docs.ansible.com/ansible/latest/collections/ansible/builtin/host_group_vars_vars.html">Ansible,
 *     the host_group_vars plugin</a>
 */
final class VariableFiles {
  private static final List<String> EXTENSIONS = List.of("", ".yml", ".yaml", ".json");

  private final Path beside;
  private final Vault vault;
  private final Diagnostics diagnostics;
  private final Map<Path, Map<String, Value.Entry>> known = new LinkedHashMap<>();

  /**
   * @param beside the folder that contains {@code group_vars} and {@code host_vars}, or neither
   */
  VariableFiles(Path beside, Vault vault, Diagnostics diagnostics) {
    this.beside = beside;
    this.vault = vault;
    this.diagnostics = diagnostics;
  }

  /** Whether there are such folders beside this one. */
  static boolean areIn(Path folder) {
    return Files.isDirectory(folder.resolve("group_vars"))
        || Files.isDirectory(folder.resolve("host_vars"));
  }

  Map<String, Value.Entry> ofGroup(String name) {
    return of("group_vars", name);
  }

  Map<String, Value.Entry> ofHost(String name) {
    return of("host_vars", name);
  }

  /** The files that were read so far. */
  Stream<Path> files() {
    return known.keySet().stream();
  }

  /** All variables that were read so far. */
  void eachVariable(Consumer<Map<String, Value.Entry>> use) {
    known.values().forEach(use);
  }

  private Map<String, Value.Entry> of(String folder, String name) {
    Map<String, Value.Entry> vars = new LinkedHashMap<>();
    Path base = beside.resolve(folder);
    boolean refused = name.isEmpty() || name.chars().anyMatch(Character::isISOControl);
    if (refused || name.startsWith("/") || !Files.isDirectory(base)) {
      return vars;
    }
    try {
      EXTENSIONS.stream()
          .map(extension -> base.resolve(name + extension))
          .filter(Files::exists)
          .findFirst()
          .ifPresent(found -> files(found).forEach(file -> vars.putAll(read(file))));
    } catch (InvalidPathException e) {
      Span at = Span.of(base.toString());
      if (!diagnostics.hasDiagnosticAt(at)) {
        diagnostics.add(
            Diagnostic.at(at, Code.BAD_VALUE, "no file here can have the name '" + name + "'")
                .withHint("if it has letters beyond ASCII, set LC_ALL=C.UTF-8"));
      }
    }
    return vars;
  }

  private static List<Path> files(Path found) {
    if (!Files.isDirectory(found)) {
      return List.of(found);
    }
    List<Path> files = new ArrayList<>();
    for (Path entry : sorted(found)) {
      String name = String.valueOf(entry.getFileName());
      int dot = name.lastIndexOf('.');
      String extension = dot <= 0 ? "" : name.substring(dot);
      if (name.startsWith(".") || name.endsWith("~")) {
        continue;
      }
      if (Files.isDirectory(entry) && extension.isEmpty()) {
        files.addAll(files(entry));
      } else if (Files.isRegularFile(entry) && EXTENSIONS.contains(extension)) {
        files.add(entry);
      }
    }
    return files;
  }

  /** A folder's entries by name, capitals first as Ansible sorts them. */
  static List<Path> sorted(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .sorted(Comparator.comparing(entry -> String.valueOf(entry.getFileName())))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("could not list " + folder, e);
    }
  }

  private Map<String, Value.Entry> read(Path file) {
    Map<String, Value.Entry> already = known.get(file);
    if (already != null) {
      return already;
    }
    Map<String, Value.Entry> vars = new LinkedHashMap<>();
    value(file).ifPresent(value -> YamlInventory.variables(value, vars, diagnostics));
    known.put(file, vars);
    return vars;
  }

  private Optional<Value> value(Path file) {
    if (!file.toString().endsWith(".json")) {
      return YamlDocument.read(file, vault, diagnostics);
    }
    try {
      String text = SourceFile.read(file, SourceFile.MOST_YAML);
      return text.stripLeading().startsWith("{")
          ? JsonDocument.readOrYaml(file.toString(), text, vault, diagnostics)
          : YamlDocument.read(file, vault, diagnostics);
    } catch (Failure failure) {
      diagnostics.add(failure.diagnostic());
      return Optional.empty();
    }
  }
}
