package io.rdpg.plan.language.inventory;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.model.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads what an inventory script or {@code ansible-inventory --list} prints: groups with lists of
 * {@code hosts} and {@code children}, and each host's variables in {@code _meta}.
 *
 * @see <a
 *     href="https://docs.ansible.com/ansible/latest/dev_guide/developing_inventory.html">Ansible,
 *     Inventory script conventions</a>
 */
final class ListInventory {
  private final InventoryTree tree;
  private final Diagnostics diagnostics;

  /** The hosts that this list names, each with the place where it does. */
  private final Map<String, InventoryHost> named = new LinkedHashMap<>();

  ListInventory(InventoryTree tree, Diagnostics diagnostics) {
    this.tree = tree;
    this.diagnostics = diagnostics;
  }

  /** Whether a map is in this form, and not in that of a YAML inventory. */
  static boolean isOne(Value source) {
    return source instanceof Value.Mapping map
        && (map.entries().containsKey("_meta")
            || map.entries().values().stream()
                .anyMatch(entry ->
                    entry.value() instanceof Value.Seq
                        || (entry.value() instanceof Value.Mapping group
                            && (group.get("hosts") instanceof Value.Seq
                                || group.get("children") instanceof Value.Seq))));
  }

  /**
   * Reads it.
   *
   * @param variables asked for each host's variables when there is no {@code _meta}
   */
  void read(Value source, Function<String, Value> variables) {
    if (!(source instanceof Value.Mapping map)) {
      refuse(source, "an inventory is an object", "its keys are the names of groups");
      return;
    }
    map.entries()
        .forEach((name, entry) -> {
          if (!name.equals("_meta")) {
            group(name, entry);
          }
        });
    Value meta = map.get("_meta");
    Value hostvars = meta instanceof Value.Mapping of ? of.get("hostvars") : null;
    switch (hostvars) {
      case null -> named.values().forEach(host -> add(host, variables.apply(host.name)));
      case Value.Mapping of ->
          of.entries()
              .forEach((name, entry) -> {
                if (named.containsKey(name)) { // as in Ansible, hosts are made by groups alone
                  add(named.get(name), entry.value());
                }
              });
      case Value.Str _, Value.Num _, Value.Bool _, Value.Nothing _, Value.Seq _ ->
          refuse(hostvars, "'hostvars' is an object", "its keys are the names of hosts");
    }
  }

  private void add(InventoryHost host, Value vars) {
    YamlInventory.variables(vars, host.vars, diagnostics);
  }

  private void group(String name, Value.Entry entry) {
    tree.group(name, entry.keyAt());
    switch (entry.value()) {
      case Value.Seq hosts -> hosts(name, hosts);
      case Value.Mapping map
          when YamlInventory.GROUP_KEYS.stream().anyMatch(map.entries()::containsKey) ->
          map.entries().forEach((key, part) -> groupKey(name, key, part.value()));
      case Value.Mapping vars -> { // the short form: a host of the group's name
        host(name, new Value.Str(name, entry.keyAt()));
        YamlInventory.variables(vars, tree.group(name, entry.keyAt()).vars, diagnostics);
      }
      case Value.Nothing _ -> {}
      case Value.Str _, Value.Num _, Value.Bool _ ->
          refuse(entry.value(), "group '" + name + "' is an object or a list of hosts", null);
    }
  }

  private void groupKey(String group, String key, Value value) {
    switch (key) {
      case "hosts" -> hosts(group, value);
      case "vars" ->
          YamlInventory.variables(value, tree.group(group, value.at()).vars, diagnostics);
      case "children" -> {
        for (Value child : items(key, value)) {
          if (child instanceof Value.Str name) {
            tree.child(group, name.text(), name.at());
          } else {
            refuse(child, "the name of a group is a string", null);
          }
        }
      }
      default -> {
        // Ansible allows other keys, and so do scripts that are written for it.
      }
    }
  }

  private void hosts(String group, Value value) {
    items("hosts", value).forEach(host -> host(group, host));
  }

  private List<Value> items(String key, Value value) {
    if (value instanceof Value.Seq seq) {
      return seq.items();
    }
    if (!(value instanceof Value.Nothing)) {
      refuse(value, "'" + key + "' is a list", null);
    }
    return List.of();
  }

  private void host(String group, Value value) {
    if (value instanceof Value.Str name) {
      InventoryHost host = tree.host(name.text(), null, name.at(), group);
      named.put(host.name, host);
    } else {
      refuse(value, "the name of a host is a string", null);
    }
  }

  private void refuse(Value value, String what, @Nullable String hint) {
    diagnostics.add(
        Diagnostic.at(value.at(), Code.BAD_VALUE, what + ", not " + value.kind()).withHint(hint));
  }
}
