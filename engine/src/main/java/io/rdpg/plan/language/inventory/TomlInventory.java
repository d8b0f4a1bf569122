package io.rdpg.plan.language.inventory;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.yaml.MappingReader;

/**
 * Reads an inventory in Ansible's TOML format: a table for each group, with a list {@code children}
 * and the tables {@code hosts} and {@code vars}.
 *
 * @see <a
 *     href="https://docs.ansible.com/ansible/latest/collections/ansible/builtin/toml_inventory.html">Ansible,
 *     the toml inventory plugin</a>
 */
final class TomlInventory {
  private final InventoryTree tree;
  private final Diagnostics diagnostics;

  TomlInventory(InventoryTree tree, Diagnostics diagnostics) {
    this.tree = tree;
    this.diagnostics = diagnostics;
  }

  void read(Value source) {
    if (source instanceof Value.Mapping map) {
      map.entries().forEach((name, entry) -> group(name, entry));
    }
  }

  private void group(String name, Value.Entry entry) {
    if (!(entry.value() instanceof Value.Mapping map)) {
      refuse(entry.value(), "group '" + name + "' is a table", "write [" + name + "]");
      return;
    }
    InventoryGroup group = tree.group(name, entry.keyAt());
    new MappingReader(map, diagnostics).only(YamlInventory.GROUP_KEYS, "group '" + name + "'");
    map.entries().forEach((key, part) -> groupKey(group, key, part.value()));
  }

  private void groupKey(InventoryGroup group, String key, Value value) {
    switch (key) {
      case "vars" -> YamlInventory.variables(value, group.vars, diagnostics);
      case "children" -> children(group, value);
      case "hosts" -> {
        if (value instanceof Value.Mapping map) {
          map.entries().forEach((pattern, entry) -> hosts(group, pattern, entry));
        } else {
          refuse(
              value,
              "'hosts' is a table",
              "write [" + group.name + ".hosts] and below it db1 = {}");
        }
      }
      default -> {
        // Reported already.
      }
    }
  }

  private void children(InventoryGroup group, Value value) {
    if (!(value instanceof Value.Seq seq)) {
      refuse(value, "'children' is a list", "such as children = [\"db\", \"web\"]");
      return;
    }
    for (Value child : seq.items()) {
      if (child instanceof Value.Str(String name, Span at)) {
        tree.child(group.name, name, at);
      } else {
        refuse(child, "the name of a group is a string", "such as children = [\"db\", \"web\"]");
      }
    }
  }

  private void hosts(InventoryGroup group, String pattern, Value.Entry entry) {
    tree.hosts(pattern, entry.keyAt(), group.name, diagnostics)
        .forEach(host -> YamlInventory.variables(entry.value(), host.vars, diagnostics));
  }

  private void refuse(Value value, String what, String hint) {
    diagnostics.add(
        Diagnostic.at(value.at(), Code.BAD_VALUE, what + ", not " + value.kind()).withHint(hint));
  }
}
