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
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads an inventory from its sources as Ansible does: files in YAML, INI, TOML or JSON, scripts
 * that print JSON, and folders of them, in the order in which they are given; a later one's
 * variables win. Node order is the order in which hosts are first named. Beyond Ansible, a group
 * with the variable {@code cluster_id} is a cluster, and {@code lab} in group {@code all} marks a
 * local lab.
 *
 * @see <a
 *     href="https://docs.ansible.com/ansible/latest/inventory_guide/intro_inventory.html">Ansible,
 *     How to build your inventory</a>
 */
public final class InventoryReader {
  /**
   * What is in a folder of sources and is none, by Ansible's {@code INVENTORY_IGNORE_EXTS} and the
   * names that it always leaves out.
   */
  private static final Pattern IGNORED =
      Pattern.compile(
          "^\\.|^host_vars$|^group_vars$|^vars_plugins$"
              + "|(?:\\.pyc|\\.pyo|\\.swp|\\.bak|~|\\.rpm|\\.md|\\.txt|\\.rst"
              + "|\\.orig|\\.ini|\\.cfg|\\.retry)$");

  private final Vault vault;
  private final Diagnostics diagnostics;
  private final InventoryTree tree = new InventoryTree();
  private final Set<Path> files = new LinkedHashSet<>();

  private InventoryReader(Vault vault, Diagnostics diagnostics) {
    this.vault = vault;
    this.diagnostics = diagnostics;
  }

  /**
   * The inventory, as far as it could be read: valid only when no error was reported.
   *
   * @param sources files and folders, at least one
   * @param vault opens what is encrypted in them
   */
  public static ParsedInventory read(List<Path> sources, Vault vault, Diagnostics diagnostics) {
    InventoryReader reader = new InventoryReader(vault, diagnostics);
    Map<Path, VariableFiles> beside = new LinkedHashMap<>();
    for (Path source : sources) {
      if (Files.isDirectory(source)) {
        reader.folder(source);
      } else {
        reader.source(source, true);
      }
      Path folder = Files.isDirectory(source) ? source : folderOf(source);
      beside.computeIfAbsent(folder, path -> new VariableFiles(path, vault, diagnostics));
    }
    reader.tree.finish(diagnostics);
    return new ParsedInventory(
        sources, reader.files, reader.tree, List.copyOf(beside.values()), vault, diagnostics);
  }

  private static Path folderOf(Path file) {
    Path parent = file.getParent();
    return parent == null ? Path.of("") : parent;
  }

  /**
   * Reads one source.
   *
   * @param named whether it is given itself, and not a folder with it
   */
  private void source(Path path, boolean named) {
    files.add(path);
    if (isScript(path)) {
      new InventoryScript(path, vault, diagnostics).read(tree);
    } else {
      file(path, named);
    }
  }

  private void folder(Path folder) {
    List<Path> sources = sourcesIn(folder).toList();
    if (sources.isEmpty()) {
      diagnostics.add(
          Diagnostic.at(
                  Span.of(folder.toString()), Code.MISSING_FILE, "no inventory is in this folder")
              .withHint(
                  "files that end with .ini, .cfg, .txt, .bak or ~ are left out, as in Ansible"));
    }
    sources.forEach(source -> source(source, false));
  }

  private static Stream<Path> sourcesIn(Path folder) {
    return VariableFiles.sorted(folder).stream()
        .filter(entry -> !IGNORED.matcher(String.valueOf(entry.getFileName())).find())
        .flatMap(entry -> Files.isDirectory(entry) ? sourcesIn(entry) : Stream.of(entry));
  }

  /** As Ansible's: executable, and for the kernel a program. */
  private static boolean isScript(Path path) {
    if (!Files.isRegularFile(path) || !Files.isExecutable(path)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(path)) {
      byte[] first = in.readNBytes(4);
      return first.length > 1
          && ((first[0] == '#' && first[1] == '!')
              || (first.length == 4 && first[0] == 0x7f && first[1] == 'E' && first[2] == 'L'));
    } catch (IOException e) {
      return false; // reading it as data tells why
    }
  }

  private void file(Path path, boolean named) {
    String name = path.toString();
    diagnostics.begin(name);
    try {
      String text = SourceFile.read(path, SourceFile.MOST_YAML);
      Format format = Format.of(name, text);
      if (format != Format.YAML && Vault.isEncrypted(text)) {
        throw Diagnostic.at(Span.of(name), Code.BAD_VALUE, "this inventory is encrypted as a whole")
            .withHint("only YAML can be; or encrypt files in group_vars and host_vars")
            .failure();
      }
      switch (format) {
        case YAML ->
            YamlDocument.read(
                    path,
                    diagnostics,
                    key -> key.equals("hosts") ? Code.DUPLICATE_NODE : Code.DUPLICATE_KEY,
                    vault)
                .ifPresent(value -> map(value, named));
        case INI -> new IniInventory(name, tree, diagnostics).read(text);
        case TOML ->
            TomlDocument.read(name, text, diagnostics)
                .ifPresent(value -> new TomlInventory(tree, diagnostics).read(value));
        case JSON ->
            JsonDocument.readOrYaml(name, text, vault, diagnostics)
                .ifPresent(value -> {
                  if (ListInventory.isOne(value)) {
                    new ListInventory(tree, diagnostics)
                        .read(value, host -> new Value.Nothing(Span.of(name)));
                  } else {
                    map(value, named);
                  }
                });
      }
    } catch (Failure failure) {
      diagnostics.add(failure.diagnostic());
    }
  }

  /** As in Ansible, a file of a folder may be empty. */
  private void map(Value value, boolean named) {
    if (named || !(value instanceof Value.Nothing)) {
      new YamlInventory(tree, diagnostics).read(value);
    }
  }

  /** The formats of files, told by the extension; without a telling one, by the first line. */
  private enum Format {
    YAML,
    INI,
    TOML,
    JSON;

    private static final Pattern YAML_LINE =
        Pattern.compile("---.*|[^\\s=\\[]+:(?:\\s.*)?|%YAML.*");

    static Format of(String name, String text) {
      String extension = name.substring(name.lastIndexOf('.') + 1);
      return switch (extension) {
        case "yml", "yaml" -> YAML;
        case "json" -> JSON;
        case "toml" -> TOML;
        case "ini", "cfg" -> INI;
        default -> byContent(text);
      };
    }

    private static Format byContent(String text) {
      if (Vault.isEncrypted(text)) {
        return YAML;
      }
      String first =
          text.lines()
              .map(String::strip)
              .filter(line -> !line.isEmpty() && !line.startsWith("#") && !line.startsWith(";"))
              .findFirst()
              .orElse("");
      if (first.startsWith("{")) {
        return text.contains("\"") ? JSON : YAML;
      }
      return YAML_LINE.matcher(first).matches() ? YAML : INI;
    }
  }
}
