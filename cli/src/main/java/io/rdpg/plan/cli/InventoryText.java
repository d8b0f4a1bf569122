package io.rdpg.plan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rdpg.plan.language.model.Inventory;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.model.Value;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** An inventory in the shapes of {@code ansible-inventory}, and as a table. */
final class InventoryText {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private InventoryText() {}

  /** As {@code ansible-inventory --list} gives it; templates as they are written. */
  static JsonNode list(Inventory inventory) {
    ObjectNode list = JSON.objectNode();
    ObjectNode hostvars = list.putObject("_meta").putObject("hostvars");
    for (Node node : inventory.nodes()) {
      ObjectNode vars = hostvars.putObject(node.name());
      node.vars().forEach((name, value) -> vars.set(name, json(value)));
    }
    var children = list.putObject("all").putArray("children");
    children.add("ungrouped");
    inventory
        .groups()
        .forEach((group, nodes) -> {
          if (!group.equals("all") && !group.equals("ungrouped")) {
            children.add(group);
            strings(list.putObject(group), nodes);
          }
        });
    List<String> ungrouped = ungrouped(inventory);
    if (!ungrouped.isEmpty()) {
      strings(list.putObject("ungrouped"), ungrouped);
    }
    return list;
  }

  /** As {@code ansible-inventory --graph} draws it. */
  static String graph(Inventory inventory) {
    StringBuilder page = new StringBuilder("@all:\n");
    group(page, "ungrouped", ungrouped(inventory));
    for (Map.Entry<String, List<String>> group : inventory.groups().entrySet()) {
      if (!group.getKey().equals("all") && !group.getKey().equals("ungrouped")) {
        group(page, group.getKey(), group.getValue());
      }
    }
    return page.toString();
  }

  /** One line a node: its cluster, role and address. */
  static String table(Inventory inventory) {
    List<List<String>> rows =
        inventory.nodes().stream()
            .map(node -> {
              Node.Membership cluster = node.cluster();
              return List.of(
                  node.name(),
                  cluster == null ? "-" : cluster.id(),
                  cluster == null ? "-" : cluster.role(),
                  node.address());
            })
            .toList();
    return Table.of(List.of("node", "cluster", "role", "address"), rows);
  }

  private static void group(StringBuilder page, String name, List<String> nodes) {
    page.append("  |--@").append(name).append(":\n");
    nodes.forEach(node -> page.append("  |  |--").append(node).append('\n'));
  }

  private static List<String> ungrouped(Inventory inventory) {
    return inventory.nodes().stream()
        .filter(node -> node.groups().stream().allMatch("ungrouped"::equals))
        .map(Node::name)
        .toList();
  }

  private static void strings(ObjectNode group, List<String> nodes) {
    var hosts = group.putArray("hosts");
    nodes.forEach(hosts::add);
  }

  private static JsonNode json(Value value) {
    return switch (value) {
      case Value.Str text -> JSON.textNode(text.toString());
      case Value.Num number -> JSON.numberNode(new BigDecimal(number.number().toString()));
      case Value.Bool bool -> JSON.booleanNode(bool.value());
      case Value.Nothing _ -> JSON.nullNode();
      case Value.Seq list -> {
        var array = JSON.arrayNode();
        list.items().forEach(item -> array.add(json(item)));
        yield array;
      }
      case Value.Mapping map -> {
        ObjectNode object = JSON.objectNode();
        map.entries().forEach((key, entry) -> object.set(key, json(entry.value())));
        yield object;
      }
    };
  }
}
