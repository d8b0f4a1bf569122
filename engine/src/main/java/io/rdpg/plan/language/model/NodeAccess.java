package io.rdpg.plan.language.model;

import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How to connect to one node and its servers.
 *
 * @param node the node's name
 * @param transport how to connect to the node itself
 * @param postgres its PostgreSQL server, as the node connects to it
 * @param consul its Consul agent, as the node connects to it
 * @param become how other users of the node are become
 */
public record NodeAccess(
    String node, Transport transport, Postgres postgres, Consul consul, Become become) {

  /** How to connect to a node. */
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
   * How the user who logs in becomes another one.
   *
   * @param password what {@code method} asks for; null when it asks for none
   */
  public record Become(Method method, @Nullable Text password) {
    /** As Ansible does when nothing is said. */
    public static final Become USUAL = new Become(Method.SUDO, null);

    /** The program that does it. */
    public enum Method {
      SUDO,
      DOAS,
      SU;

      /** As inventories write it, and as it is called on the node. */
      public String word() {
        return name().toLowerCase(Locale.ROOT);
      }
    }
  }

  /**
   * A PostgreSQL server.
   *
   * @param password null when the server asks for none
   */
  public record Postgres(String host, int port, String user, @Nullable Text password) {}

  /** A Consul agent's HTTP API. */
  public record Consul(String host, int port) {}
}
