package io.rdpg.plan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rdpg.plan.language.model.Inventory;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.model.Value;
import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;

/** An inventory in the shapes of {@code ansible-inventory}, and as a table. */
final class InventoryText {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private InventoryText() {}

  /** As {@code ansible-inventory --list} gives it; templates as they are written. */
  static JsonNode list(Inventory inventory) {
    ObjectNode list = JSON.objectNode();
    ObjectNode hostvars = list.putObject("_meta").putObject("hostvars");
    for (Node node : inventory.nodes()) {
      if (!node.vars().isEmpty()) {
        hostvars.set(node.name(), vars(node));
      }
    }
    members(inventory, "all", list);
    return list;
  }

  /** A node's variables, as {@code ansible-inventory --host} gives them. */
  static ObjectNode vars(Node node) {
    ObjectNode vars = JSON.objectNode();
    node.vars().forEach((name, value) -> vars.set(name, json(value)));
    return vars;
  }

  /** A group, then those in it, each once; empty ones have no entry. */
  private static void members(Inventory inventory, String name, ObjectNode into) {
    Inventory.Group group = Objects.requireNonNull(inventory.tree().get(name));
    ObjectNode shown = JSON.objectNode();
    if (!name.equals("all") && !group.hosts().isEmpty()) {
      group.hosts().forEach(shown.putArray("hosts")::add);
    }
    if (!group.children().isEmpty()) {
      group.children().forEach(shown.putArray("children")::add);
    }
    if (!shown.isEmpty()) {
      into.set(name, shown);
    }
    for (String child : group.children()) {
      if (!into.has(child)) {
        members(inventory, child, into);
      }
    }
  }

  /** As {@code ansible-inventory --graph} draws a group. */
  static String graph(Inventory inventory, String group) {
    StringBuilder page = new StringBuilder();
    graph(inventory, group, 0, page);
    return page.toString();
  }

  private static void graph(Inventory inventory, String name, int depth, StringBuilder page) {
    Inventory.Group group = Objects.requireNonNull(inventory.tree().get(name));
    page.append(branch(depth)).append('@').append(name).append(":\n");
    group.children().forEach(child -> graph(inventory, child, depth + 1, page));
    if (!name.equals("all")) {
      group.hosts().forEach(host -> page.append(branch(depth + 1)).append(host).append('\n'));
    }
  }

  private static String branch(int depth) {
    return depth == 0 ? "" : "  |".repeat(depth) + "--";
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

  private static JsonNode json(Value value) {
    return switch (value) {
      case Value.Str text -> JSON.textNode(text.toString());
      case Value.Num number when number.number() instanceof Double real && !Double.isFinite(real) ->
          JSON.textNode(number.source()); // JSON has no word for it
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
