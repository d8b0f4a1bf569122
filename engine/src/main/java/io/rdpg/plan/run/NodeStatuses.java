package io.rdpg.plan.run;

import io.rdpg.plan.interpret.NeededRights.MayPut;
import io.rdpg.plan.language.model.Inventory;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.step.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Which nodes take part in the run, and which have failed: what a waiting node wants to know. */
final class NodeStatuses {
  private final Inventory inventory;
  private final Set<String> selected;
  private final Set<String> failed = ConcurrentHashMap.newKeySet();
  private final Set<String> finished = ConcurrentHashMap.newKeySet();

  /** What nodes wait for that doesn't hold yet. */
  private final Map<String, Object> waiting = new ConcurrentHashMap<>();

  private final Map<String, List<MayPut>> mayPut = new ConcurrentHashMap<>();
  private final Map<String, Set<String>> ended = new ConcurrentHashMap<>();

  NodeStatuses(Inventory inventory, List<Node> selected) {
    this.inventory = inventory;
    this.selected = Set.copyOf(selected.stream().map(Node::name).toList());
  }

  void failed(Node node) {
    failed.add(node.name());
  }

  boolean hasFailed(Node node) {
    return failed.contains(node.name());
  }

  void finished(Node node) {
    finished.add(node.name());
  }

  /** What the node may put in Consul in this run. */
  void mayPut(Node node, List<MayPut> keys) {
    mayPut.put(node.name(), keys);
  }

  /** A step of the node has ended well. */
  void ended(Node node, String step) {
    ended.computeIfAbsent(node.name(), _ -> ConcurrentHashMap.newKeySet()).add(step);
  }

  /** The node waits for something that doesn't hold yet. */
  void waits(Node node, Object awaited) {
    waiting.put(node.name(), awaited);
  }

  void goesOn(Node node) {
    waiting.remove(node.name());
  }

  /**
   * The names of the nodes that have failed before they put a key that is enough for a node's wait.
   * Empty as long as another node does anything but wait for the same: it may do it, too. So a wait
   * for what somebody outside of this run is to do has no end by this: of a key that no step of a
   * failed node sets, of another value, or of one that such a step has set already.
   */
  List<String> failedToPut(Node node, Object awaited, Predicate<Effect.PutKey> enough) {
    if (failed.isEmpty()
        || !selected.stream()
            .allMatch(other ->
                other.equals(node.name())
                    || failed.contains(other)
                    || finished.contains(other)
                    || awaited.equals(waiting.get(other)))) {
      return List.of();
    }
    return failed.stream().filter(other -> failedToPut(other, enough)).toList();
  }

  private boolean failedToPut(String name, Predicate<Effect.PutKey> enough) {
    List<MayPut> all = mayPut.getOrDefault(name, List.of());
    Set<String> done = ended.getOrDefault(name, Set.of());
    return all.stream()
        .map(MayPut::effect)
        .filter(enough)
        .map(Effect.PutKey::key)
        .anyMatch(key ->
            all.stream()
                .filter(put -> put.effect().key().equals(key))
                .noneMatch(put -> done.contains(put.step())));
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
