package io.rdpg.plan.language.model;

import io.rdpg.plan.language.diagnostic.Span;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
   * @param places where the inventory says it, by variables: {@code ansible_host} and the like
   */
  public record Ssh(
      String host,
      @Nullable Integer port,
      @Nullable String user,
      @Nullable Path privateKey,
      @Nullable Text passphrase,
      @Nullable Path knownHosts,
      @Nullable Duration loginTimeout,
      SshArguments arguments,
      Map<String, Span> places)
      implements Transport {

    /** The same where nobody wrote it. */
    public Ssh(
        String host,
        @Nullable Integer port,
        @Nullable String user,
        @Nullable Path privateKey,
        @Nullable Text passphrase,
        @Nullable Path knownHosts,
        @Nullable Duration loginTimeout,
        SshArguments arguments) {
      this(host, port, user, privateKey, passphrase, knownHosts, loginTimeout, arguments, Map.of());
    }
  }

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
   * @param host its address or name from the node; the directory of its Unix domain socket when it
   *     begins with a slash, as in libpq
   * @param name what others call it: its certificate is for this, whichever way it is reached
   * @param password null when the server asks for none
   * @param previousPassword tried where {@code password} is refused, while one is replaced by the
   *     other; null for none
   * @param socketUser the node's user who connects to the Unix domain socket; null for the one who
   *     logs in
   * @param pooled whether it may be a pooler, which takes no settings of a session at login
   */
  public record Postgres(
      String host,
      int port,
      String name,
      String user,
      @Nullable Text password,
      @Nullable Text previousPassword,
      SslMode sslMode,
      Tls tls,
      @Nullable String socketUser,
      boolean pooled) {

    /** Encrypted when the server can, as libpq connects when it is told no more. */
    public Postgres(String host, int port, String user, @Nullable Text password) {
      this(host, port, host, user, password, null, SslMode.PREFER, Tls.OF_ANYONE, null, false);
    }

    /** Where its Unix domain socket is (PostgreSQL's manual, {@code unix_socket_directories}). */
    public Optional<String> socket() {
      return host.startsWith("/") ? Optional.of(host + "/.s.PGSQL." + port) : Optional.empty();
    }
  }

  /** libpq's {@code sslmode} (PostgreSQL's manual, "SSL Support"). */
  public enum SslMode {
    DISABLE,
    ALLOW,
    PREFER,
    REQUIRE,
    VERIFY_CA,
    VERIFY_FULL;

    /** As libpq writes it, such as {@code verify-full}. */
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * A Consul agent's HTTP API.
   *
   * @param token null to send none, so that the agent's own default token decides
   * @param tls null for plain HTTP
   * @param datacenter null for the agent's own
   */
  public record Consul(
      String host, int port, @Nullable Text token, @Nullable Tls tls, @Nullable String datacenter) {

    /** Plain HTTP without a token. */
    public Consul(String host, int port) {
      this(host, port, null, null, null);
    }
  }

  /**
   * How a server's certificate is verified, and what is shown to it. All files are PEM, on the
   * machine where rdpg-plan runs.
   *
   * @param trust whose certificates are accepted
   * @param name which name the certificate must be for; null for any
   * @param certificate the client's own, with its chain; null for none
   * @param key the certificate's key; null for none
   * @param keyPassword null for a key that isn't encrypted
   */
  public record Tls(
      Trust trust,
      @Nullable String name,
      @Nullable Path certificate,
      @Nullable Path key,
      @Nullable Text keyPassword) {
    /** Encrypts, and verifies nothing. */
    public static final Tls OF_ANYONE = new Tls(new Anyone(), null, null, null, null);
  }

  /** Whose certificates are accepted. */
  public sealed interface Trust {}

  /** Nothing is verified. */
  public record Anyone() implements Trust {}

  /** The authorities that Java trusts. */
  public record UsualAuthorities() implements Trust {}

  /** Authorities in a file, or in all files of a directory. */
  public record Authorities(Path path) implements Trust {}
}
