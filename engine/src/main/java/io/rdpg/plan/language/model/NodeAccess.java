package io.rdpg.plan.language.model;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How one node and its servers are reached.
 *
 * @param node the node's name
 * @param transport the way to the node itself
 * @param postgres its PostgreSQL server, seen from the node
 * @param consul its Consul agent, seen from the node
 */
public record NodeAccess(String node, Transport transport, Postgres postgres, Consul consul) {

  /** The way to a node. */
  public sealed interface Transport {}

  /**
   * Over SSH.
   *
   * @param privateKey null to try the agent and the user's usual keys
   * @param knownHosts null for the user's own known_hosts
   */
  public record Ssh(
      String host, int port, String user, @Nullable Path privateKey, @Nullable Path knownHosts)
      implements Transport {}

  /** The node is this machine ({@code ansible_connection: local}, {@code --local}). */
  public record Local() implements Transport {}

  /** Only the node's servers are reached, at their addresses: no files, no commands. */
  public record NetworkOnly() implements Transport {}

  /**
   * A PostgreSQL server.
   *
   * @param password null when the server asks for none
   */
  public record Postgres(String host, int port, String user, @Nullable Text password) {}

  /** A Consul agent's HTTP API. */
  public record Consul(String host, int port) {}
}
