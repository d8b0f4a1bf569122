package io.rdpg.plan.lab;

import io.rdpg.plan.language.model.Text;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What runs of a lab, node by node, in inventory order. */
public record LabStatus(List<NodeStatus> nodes) {
  public LabStatus {
    nodes = List.copyOf(nodes);
  }

  /** Whether every server of every node runs. */
  public boolean up() {
    return nodes.stream().allMatch(NodeStatus::up);
  }

  /** The same but for nodes that were stopped alone. */
  public boolean ready() {
    return nodes.stream().allMatch(node -> node.up() || node.stopped());
  }

  /** The nodes that were stopped alone, and are not to run. */
  public List<String> stopped() {
    return nodes.stream().filter(NodeStatus::stopped).map(NodeStatus::name).toList();
  }

  /**
   * One node.
   *
   * @param down its servers that don't run, such as {@code postgres}
   * @param stopped whether it was stopped alone, and stays so
   */
  public record NodeStatus(
      String name, String cluster, String address, List<String> down, boolean stopped, Urls urls) {
    public NodeStatus {
      down = List.copyOf(down);
    }

    public boolean up() {
      return down.isEmpty();
    }
  }

  /**
   * Where a node's servers are, for psql, curl and ssh. The passwords in them are marked secrets; a
   * lab that was never started has none yet.
   *
   * @param postgres as the superuser
   * @param pgbouncer database rdpg as user rdpg; null on managers
   * @param haproxy the same through haproxy; null on managers
   * @param consul the HTTP API
   * @param ssh the login
   */
  public record Urls(
      Text postgres, @Nullable Text pgbouncer, @Nullable Text haproxy, Text consul, Text ssh) {}
}
