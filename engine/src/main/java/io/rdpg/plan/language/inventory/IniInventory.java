package io.rdpg.plan.language.inventory;

import static io.rdpg.plan.language.inventory.InventoryGroup.UNGROUPED;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.diagnostic.Suggestions;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.system.ShellWords;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads an inventory in Ansible's INI format: {@code [group]} with a host a line, {@code
 * [group:children]}, {@code [group:vars]}; hosts before the first group are in none. Values are
 * Python literals where they can be, else strings; on a host's line a shell's quotes are taken off
 * before.
 *
 * @see <a
 *     href="https://docs.ansible.com/ansible/latest/collections/ansible/builtin/ini_inventory.html">Ansible,
 *     the ini inventory plugin</a>
 */
final class IniInventory {
  private static final Pattern SECTION =
      Pattern.compile("\\[([^:\\]\\s]+)(?::(\\w+))?]\\s*(?:#.*)?");
  private static final Pattern GROUP = Pattern.compile("([^:\\]\\s]+)\\s*(?:#.*)?");
  private static final List<String> KINDS = List.of("hosts", "children", "vars");

  private final String file;
  private final InventoryTree tree;
  private final Diagnostics diagnostics;

  /** Groups that are only named so far: as another's child, or by their variables. */
  private final Map<String, Pending> pending = new LinkedHashMap<>();

  private String group = UNGROUPED;
  private String kind = "hosts";

  private record Pending(Span at, String kind, Set<String> parents) {}

  IniInventory(String file, InventoryTree tree, Diagnostics diagnostics) {
    this.file = file;
    this.tree = tree;
    this.diagnostics = diagnostics;
  }

  void read(String text) {
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String whole = lines.get(i);
      String line = whole.strip();
      if (line.isEmpty() || line.startsWith("#") || line.startsWith(";")) {
        continue;
      }
      read(line, new Line(file, i + 1, whole, whole.indexOf(line)));
    }
    pending.forEach(this::undeclared);
  }

  /**
   * Where a line is.
   *
   * @param text the whole line
   * @param indent where it begins
   */
  private record Line(String file, int number, String text, int indent) {
    Span at(int offset) {
      int units = Math.min(indent + offset, text.length());
      return new Span(file, number, text.codePointCount(0, units) + 1, text);
    }
  }

  private void read(String line, Line place) {
    Matcher section = SECTION.matcher(line);
    if (section.matches()) {
      String named = section.group(2);
      begin(section.group(1), named == null ? "hosts" : named, place);
    } else if (line.startsWith("[") && line.endsWith("]")) {
      refuse(
          place.at(0),
          Code.SYNTAX,
          "'" + line + "' is not the name of a group",
          "write [group], [group:children] or [group:vars], without spaces");
    } else {
      switch (kind) {
        case "hosts" -> host(line, place);
        case "children" -> child(line, place);
        case "vars" -> variable(line, place);
        default -> {
          // Of a section that was refused.
        }
      }
    }
  }

  private void begin(String name, String named, Line place) {
    group = name;
    kind = named;
    if (!KINDS.contains(named)) {
      refuse(
          place.at(1 + name.length() + 1),
          Code.UNKNOWN_KEY,
          "a section of a group is not called '" + named + "'",
          Suggestions.hint(named, KINDS));
      return;
    }
    if (tree.known(name) == null) {
      if (named.equals("vars")) {
        pending.putIfAbsent(name, new Pending(place.at(1), named, new LinkedHashSet<>()));
      }
      tree.group(name, place.at(1));
    }
    Pending awaited = named.equals("vars") ? null : pending.get(name);
    if (awaited != null && awaited.kind.equals("children")) {
      declare(name, awaited);
    } else if (awaited != null) {
      pending.remove(name);
    }
  }

  private void declare(String name, Pending declared) {
    pending.remove(name);
    for (String parent : declared.parents) {
      tree.child(parent, name, declared.at);
      Pending above = pending.get(parent);
      if (above != null && above.kind.equals("children")) {
        declare(parent, above);
      }
    }
  }

  private void undeclared(String name, Pending named) {
    refuse(
        named.at,
        Code.UNKNOWN_KEY,
        named.kind.equals("vars")
            ? "there is no group '" + name + "' that could have variables"
            : "there is no group '"
                + name
                + "' that could be in "
                + String.join(" and ", named.parents),
        Suggestions.didYouMean(
                name, tree.groups().keySet().stream().filter(one -> !one.equals(name)).toList())
            .orElse("a line [" + name + "] makes one, also an empty one"));
  }

  private void child(String line, Line place) {
    Matcher name = GROUP.matcher(line);
    if (!name.matches()) {
      refuse(
          place.at(0),
          Code.SYNTAX,
          "'" + line + "' is not the name of a group",
          "below [" + group + ":children] each line is one group");
      return;
    }
    String child = name.group(1);
    if (tree.known(child) != null) {
      tree.child(group, child, place.at(0));
      return;
    }
    pending
        .computeIfAbsent(child, _ -> new Pending(place.at(0), "children", new LinkedHashSet<>()))
        .parents
        .add(group);
  }

  private void variable(String line, Line place) {
    int equals = line.indexOf('=');
    String name = equals < 0 ? "" : line.substring(0, equals).strip();
    if (name.isEmpty()) {
      refuse(
          place.at(0),
          Code.SYNTAX,
          "a variable is written name=value",
          "below [" + group + ":vars] each line is one variable");
      return;
    }
    String value = line.substring(equals + 1).strip();
    Span at = place.at(value.isEmpty() ? line.length() : line.indexOf(value, equals + 1));
    InventoryGroup owner = tree.group(group, place.at(0));
    owner.vars.put(name, new Value.Entry(place.at(0), PythonLiteral.value(value, at)));
  }

  private void host(String line, Line place) {
    List<ShellWords.Word> words;
    try {
      words = ShellWords.splitBeforeComment(line);
    } catch (ShellWords.Unclosed e) {
      refuse(
          place.at(e.offset()),
          Code.SYNTAX,
          String.valueOf(e.getMessage()),
          "close it on the same line");
      return;
    }
    if (words.isEmpty()) {
      return;
    }
    ShellWords.Word first = words.getFirst();
    if (first.text().equals("---")) {
      refuse(place.at(0), Code.SYNTAX, "'---' begins YAML, not INI", "name the file .yml");
      return;
    }
    Map<String, Value.Entry> vars = new LinkedHashMap<>();
    for (ShellWords.Word word : words.subList(1, words.size())) {
      int equals = word.text().indexOf('=');
      Span at = place.at(word.offset());
      if (equals <= 0) {
        refuse(
            at,
            Code.SYNTAX,
            "'" + word.text() + "' is no variable of this host",
            "after the host come name=value, a value with spaces in quotes; a host is one line");
        continue;
      }
      Value value =
          PythonLiteral.value(
              word.text().substring(equals + 1), place.at(word.offset() + equals + 1));
      vars.put(word.text().substring(0, equals), new Value.Entry(at, value));
    }
    tree.hosts(first.text(), place.at(first.offset()), group, diagnostics)
        .forEach(host -> host.vars.putAll(vars));
  }

  private void refuse(Span at, Code code, String message, String hint) {
    diagnostics.add(Diagnostic.at(at, code, message).withHint(hint));
  }
}
