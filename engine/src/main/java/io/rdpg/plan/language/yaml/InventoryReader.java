package io.rdpg.plan.language.yaml;

import static io.rdpg.plan.language.yaml.InventoryGroup.ALL;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.diagnostic.Suggestions;
import io.rdpg.plan.language.model.Inventory;
import io.rdpg.plan.language.model.LabSettings;
import io.rdpg.plan.language.model.Value;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads an inventory in Ansible's YAML format. Node order is the order of the file. Beyond Ansible,
 * a group with the variable {@code cluster_id} is a cluster, and {@code lab} in group {@code all}
 * marks a local lab.
 *
 * @see <a
 *     href="https://docs.ansible.com/ansible/latest/collections/ansible/builtin/yaml_inventory.html">Ansible,
 *     the yaml inventory plugin</a>
 */
public final class InventoryReader {
  private static final List<String> GROUP_KEYS = List.of("hosts", "vars", "children");

  private final Diagnostics diagnostics;
  private final Map<String, InventoryGroup> groups = new LinkedHashMap<>();
  private final Map<String, InventoryHost> hosts = new LinkedHashMap<>();

  private InventoryReader(Diagnostics diagnostics) {
    this.diagnostics = diagnostics;
  }

  /** The inventory, as far as it could be read: valid only when no error was reported. */
  public static Inventory read(Path file, Diagnostics diagnostics) {
    InventoryReader reader = new InventoryReader(diagnostics);
    YamlDocument.read(
            file,
            diagnostics,
            key -> key.equals("hosts") ? Code.DUPLICATE_NODE : Code.DUPLICATE_KEY)
        .ifPresent(reader::top);
    reader.finishTree();
    return new InventoryNodes(reader.groups, reader.hosts, diagnostics)
        .inventory(file, reader.lab());
  }

  private void top(Value source) {
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
                && map.entries().keySet().stream().anyMatch(GROUP_KEYS::contains));
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

  private InventoryGroup group(String name, Span at, Value value) {
    InventoryGroup group = groups.computeIfAbsent(name, key -> new InventoryGroup(key, at));
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
    return group;
  }

  /** In the order of the file, which is the order of the nodes. */
  private void groupKey(InventoryGroup group, String key, Value value) {
    switch (key) {
      case "vars" -> vars(value, group.vars);
      case "hosts" -> {
        Map<String, Span> named = new HashMap<>();
        section(key, value, (name, entry) -> host(group, name, entry, named));
      }
      case "children" ->
          section(
              key,
              value,
              (name, entry) -> {
                group.children.add(name);
                group(name, entry.keyAt(), entry.value()).parents.add(group.name);
              });
      default -> {
        // Reported already.
      }
    }
  }

  private void host(
      InventoryGroup group, String pattern, Value.Entry entry, Map<String, Span> section) {
    List<String> names = HostRange.expand(pattern);
    if (names.isEmpty()) {
      diagnostics.add(
          Diagnostic.at(entry.keyAt(), Code.BAD_VALUE, "'" + pattern + "' is not a range of hosts")
              .withHint("write it as web[01:10] or db[a:c]"));
    }
    for (String name : names) {
      InventoryHost host =
          hosts.computeIfAbsent(name, key -> new InventoryHost(key, entry.keyAt()));
      Span earlier = section.putIfAbsent(name, entry.keyAt());
      if (earlier != null) {
        diagnostics.add(
            Diagnostic.at(entry.keyAt(), Code.DUPLICATE_NODE, "'" + name + "' is given twice")
                .withHint("it is already at line " + earlier.line()));
        continue;
      }
      group.hosts.add(name);
      host.groups.add(group.name);
      vars(entry.value(), host.vars);
    }
  }

  private interface Member {
    void read(String key, Value.Entry entry);
  }

  private void section(String key, Value value, Member member) {
    switch (value) {
      case Value.Nothing _ -> {}
      case Value.Mapping map -> map.entries().forEach(member::read);
      case Value other ->
          diagnostics.add(
              Diagnostic.at(
                      other.at(), Code.BAD_VALUE, "'" + key + "' is a map, not " + other.kind())
                  .withHint("write each name with a colon, such as 'mc1:'"));
    }
  }

  private void vars(Value value, Map<String, Value.Entry> into) {
    switch (value) {
      case Value.Nothing _ -> {}
      case Value.Mapping map -> into.putAll(map.entries());
      case Value other ->
          diagnostics.add(other.at(), Code.BAD_VALUE, "variables are a map, not " + other.kind());
    }
  }

  /** Makes {@code all} the parent of every group without one, and refuses groups in themselves. */
  private void finishTree() {
    InventoryGroup all =
        groups.computeIfAbsent(ALL, name -> new InventoryGroup(name, new Span("", 1, 1, "")));
    Map<String, Boolean> done = new HashMap<>();
    groups.keySet().forEach(name -> refuseCycle(name, done));
    groups.values().stream()
        .filter(group -> group != all && group.parents.isEmpty())
        .forEach(group -> {
          group.parents.add(ALL);
          all.children.add(group.name);
        });
  }

  /** Depth first: a group that is met again while it is open contains itself. */
  private void refuseCycle(String name, Map<String, Boolean> done) {
    InventoryGroup group = groups.get(name);
    if (group == null || done.putIfAbsent(name, false) != null) {
      return;
    }
    for (String child : List.copyOf(group.children)) {
      if (Boolean.FALSE.equals(done.get(child))) {
        InventoryGroup below = groups.get(child);
        diagnostics.add(
            Diagnostic.at(
                below == null ? group.at : below.at,
                Code.INCLUDE_CYCLE,
                "group '" + child + "' contains itself, by '" + name + "'"));
        group.children.remove(child);
        if (below != null) {
          below.parents.remove(name);
        }
      } else {
        refuseCycle(child, done);
      }
    }
    done.put(name, true);
  }

  private @Nullable LabSettings lab() {
    InventoryGroup all = groups.get(ALL);
    Value.Entry lab = all == null ? null : all.vars.get("lab");
    return new LabSettingsReader(diagnostics).read(lab == null ? null : lab.value());
  }
}
