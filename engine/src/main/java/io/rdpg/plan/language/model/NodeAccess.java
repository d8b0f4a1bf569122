package io.rdpg.plan.language.model;

import io.rdpg.plan.language.diagnostic.Span;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
   * Over SSH. What is null here is up to the user's ssh configuration, and then to its defaults.
   *
   * @param host an address, a name, or an alias of the ssh configuration
   * @param privateKey offered before all others
   * @param passphrase of private keys that have one and aren't in the agent
   * @param knownHosts to use instead of the user's own
   * @param loginTimeout how long connecting and logging in may take
   */
  public record Ssh(
      String host,
      @Nullable Integer port,
      @Nullable String user,
      @Nullable Path privateKey,
      @Nullable Text passphrase,
      @Nullable Path knownHosts,
      @Nullable Duration loginTimeout,
      SshArguments arguments)
      implements Transport {}

  /**
   * Arguments of the program ssh, as variables of Ansible's name hold them.
   *
   * @param before win over what the other variables say
   * @param after they win over these
   */
  public record SshArguments(List<SshArgument> before, List<SshArgument> after) {}

  /**
   * One variable's arguments.
   *
   * @param at where the inventory has it
   */
  public record SshArgument(Span at, String text) {}

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
