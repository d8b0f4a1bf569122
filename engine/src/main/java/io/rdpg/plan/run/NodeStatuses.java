package io.rdpg.plan.run;

import io.rdpg.plan.language.model.Inventory;
import io.rdpg.plan.language.model.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Which nodes take part in the run, and which have failed: what a waiting node wants to know. */
final class NodeStatuses {
  private final Inventory inventory;
  private final Set<String> selected;
  private final Set<String> failed = ConcurrentHashMap.newKeySet();

  NodeStatuses(Inventory inventory, List<Node> selected) {
    this.inventory = inventory;
    this.selected = Set.copyOf(selected.stream().map(Node::name).toList());
  }

  void failed(Node node) {
    failed.add(node.name());
  }

  /** The names of the nodes that have failed, by their addresses. */
  Map<String, String> failed() {
    return inventory.nodes().stream()
        .filter(node -> failed.contains(node.name()))
        .collect(Collectors.toMap(Node::address, Node::name, (one, _) -> one));
  }

  /** Why a wait of this node may be in vain, as text; empty when there is no reason. */
  String noteFor(Node node) {
    Node.Membership cluster = node.cluster();
    List<Node> others = cluster == null ? inventory.nodes() : inventory.cluster(cluster.id());
    List<String> notes = new ArrayList<>();
    for (Node other : others) {
      if (failed.contains(other.name())) {
        notes.add(other.name() + " has failed");
      } else if (!selected.contains(other.name())) {
        notes.add(other.name() + " was not selected");
      }
    }
    return String.join(", ", notes);
  }
}
