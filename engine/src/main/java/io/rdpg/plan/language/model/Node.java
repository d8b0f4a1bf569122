package io.rdpg.plan.language.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A target of the inventory.
 *
 * @param name its inventory name
 * @param address how its peers reach it: {@code peer_address}, else {@code ansible_host}, else the
 *     name
 * @param groups every group that it is in, without {@code all}
 * @param cluster the cluster that it belongs to; null for none
 * @param vars its variables with the groups' merged in, templates not yet rendered
 */
public record Node(
    String name,
    String address,
    List<String> groups,
    @Nullable Membership cluster,
    Map<String, Value> vars) {
  public Node {
    groups = List.copyOf(groups);
    vars = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(vars));
  }

  /**
   * A node's place in its cluster.
   *
   * @param id the cluster's id, also its Consul service name
   * @param role one of the inventory's {@code cluster_roles}
   * @param ordinal the node's place among the cluster's nodes in inventory order, from 1
   */
  public record Membership(String id, String role, int ordinal) {}
}
