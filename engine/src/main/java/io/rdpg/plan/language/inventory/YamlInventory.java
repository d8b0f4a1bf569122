package io.rdpg.plan.language.inventory;

import static io.rdpg.plan.language.inventory.InventoryGroup.ALL;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.diagnostic.Suggestions;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.yaml.MappingReader;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads an inventory in Ansible's YAML format.
 *
 * @see <a
 *     href="https://docs.ansible.com/ansible/latest/collections/ansible/builtin/yaml_inventory.html">Ansible,
 *     the yaml inventory plugin</a>
 */
final class YamlInventory {
  static final List<String> GROUP_KEYS = List.of("hosts", "vars", "children");

  private final InventoryTree tree;
  private final Diagnostics diagnostics;

  YamlInventory(InventoryTree tree, Diagnostics diagnostics) {
    this.tree = tree;
    this.diagnostics = diagnostics;
  }

  void read(Value source) {
    if (!(source instanceof Value.Mapping map)) {
      diagnostics.add(
          Diagnostic.at(source.at(), Code.BAD_VALUE, "an inventory is a map, not " + source.kind())
              .withHint("it begins with 'all:', and below it 'hosts' or 'children'"));
      return;
    }
    map.entries()
        .forEach((name, entry) -> {
          if (isGroupAtTop(name, entry, map)) {
            group(name, entry.keyAt(), entry.value());
          }
        });
  }

  /** Ansible accepts any group at the top; a word that probably means something else is refused. */
  private boolean isGroupAtTop(String name, Value.Entry entry, Value.Mapping top) {
    if (name.equals(ALL)) {
      return true;
    }
    if (name.equals("plugin") && entry.value() instanceof Value.Str) {
      diagnostics.add(
          Diagnostic.at(entry.keyAt(), Code.UNKNOWN_KEY, "Ansible's inventory plugins are not run")
              .withHint("ansible-inventory -i FILE --list > nodes.json makes an inventory of it"));
      return false;
    }
    if (GROUP_KEYS.contains(name)) {
      diagnostics.add(
          Diagnostic.at(
                  entry.keyAt(), Code.UNKNOWN_KEY, "'" + name + "' belongs to a group, not here")
              .withHint("put it below 'all:'"));
      return false;
    }
    boolean looksLikeGroup =
        entry.value() instanceof Value.Nothing
            || (entry.value() instanceof Value.Mapping map
                && (map.entries().isEmpty()
                    || map.entries().keySet().stream().anyMatch(GROUP_KEYS::contains)));
    boolean meantAll =
        !top.entries().containsKey(ALL) && Suggestions.nearest(name, Set.of(ALL)).isPresent();
    if (looksLikeGroup && !meantAll) {
      return true;
    }
    diagnostics.add(
        Diagnostic.at(entry.keyAt(), Code.UNKNOWN_KEY, "'" + name + "' is not a group")
            .withHint(Suggestions.hint(name, List.of(ALL))));
    return false;
  }

  private void group(String name, Span at, Value value) {
    InventoryGroup group = tree.group(name, at);
    switch (value) {
      case Value.Nothing _ -> {}
      case Value.Mapping map -> {
        new MappingReader(map, diagnostics).only(GROUP_KEYS, "group '" + name + "'");
        map.entries().forEach((key, entry) -> groupKey(group, key, entry.value()));
      }
      case Value.Str _, Value.Num _, Value.Bool _, Value.Seq _ ->
          diagnostics.add(
              Diagnostic.at(
                      value.at(),
                      Code.BAD_VALUE,
                      "group '" + name + "' is a map, not " + value.kind())
                  .withHint("its keys are: " + String.join(", ", GROUP_KEYS)));
    }
  }

  /** In the order of the file, which is the order of the nodes. */
  private void groupKey(InventoryGroup group, String key, Value value) {
    switch (key) {
      case "vars" -> variables(value, group.vars, diagnostics);
      case "hosts" ->
          section(
              key,
              value,
              (name, entry) ->
                  tree.hosts(name, entry.keyAt(), group.name, diagnostics)
                      .forEach(host -> variables(entry.value(), host.vars, diagnostics)));
      case "children" ->
          section(
              key,
              value,
              (name, entry) -> {
                group(name, entry.keyAt(), entry.value());
                tree.child(group.name, name, entry.keyAt());
              });
      default -> {
        // Reported already.
      }
    }
  }

  private interface Member {
    void read(String key, Value.Entry entry);
  }

  private void section(String key, Value value, Member member) {
    switch (value) {
      case Value.Nothing _ -> {}
      case Value.Mapping map -> map.entries().forEach(member::read);
      case Value.Str one ->
          member.read(one.text(), new Value.Entry(one.at(), new Value.Nothing(one.at())));
      case Value.Num _, Value.Bool _, Value.Seq _ ->
          diagnostics.add(
              Diagnostic.at(
                      value.at(), Code.BAD_VALUE, "'" + key + "' is a map, not " + value.kind())
                  .withHint("write each name with a colon, such as 'mc1:'"));
    }
  }

  /** Adds a map's entries to the variables of a group or host. */
  static void variables(Value value, Map<String, Value.Entry> into, Diagnostics diagnostics) {
    switch (value) {
      case Value.Nothing _ -> {}
      case Value.Mapping map -> into.putAll(map.entries());
      case Value.Str _, Value.Num _, Value.Bool _, Value.Seq _ ->
          diagnostics.add(value.at(), Code.BAD_VALUE, "variables are a map, not " + value.kind());
    }
  }
}
