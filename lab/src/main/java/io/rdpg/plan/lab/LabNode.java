package io.rdpg.plan.lab;

import java.util.List;

/**
 * A node of a lab.
 *
 * @param name its inventory name, also the name of its directory and of its Consul agent
 * @param cluster the id of its cluster
 * @param address a loopback address of its own, such as {@code 127.0.0.11}
 * @param ports where its servers listen
 */
public record LabNode(String name, String cluster, Role role, String address, Ports ports) {

  /** What a node is for; it decides which servers run there. */
  public enum Role {
    /** SSH, PostgreSQL and Consul. */
    MANAGER,
    /** The same, and pgbouncer and haproxy. */
    SERVICE
  }

  /** Ports of a node; the last two of a manager stay unused. */
  public record Ports(int ssh, int postgres, int consul, int pgbouncer, int haproxy) {
    public static final Ports DEFAULT = new Ports(2222, 7432, 8500, 6432, 5432);
  }

  /** The servers of this node, in the order in which they are shown. */
  List<ServerKind> servers() {
    return switch (role) {
      case MANAGER -> List.of(ServerKind.SSH, ServerKind.POSTGRES, ServerKind.CONSUL);
      case SERVICE -> List.of(ServerKind.values());
    };
  }
}
