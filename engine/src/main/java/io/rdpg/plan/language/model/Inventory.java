package io.rdpg.plan.language.model;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The nodes on which a plan can run.
 *
 * @param file where it was read from
 * @param nodes in inventory order
 * @param groups each group's nodes by name, in inventory order; {@code all} is among them
 * @param lab the settings of a local lab; null for real nodes
 */
public record Inventory(
    Path file, List<Node> nodes, Map<String, List<String>> groups, @Nullable LabSettings lab) {
  public Inventory {
    nodes = List.copyOf(nodes);
    groups = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(groups));
  }

  public Optional<Node> node(String name) {
    return nodes.stream().filter(node -> node.name().equals(name)).findFirst();
  }

  /** The nodes of one cluster in inventory order; empty for an unknown id. */
  public List<Node> cluster(String id) {
    return nodes.stream()
        .filter(node -> node.cluster() != null && node.cluster().id().equals(id))
        .toList();
  }
}
