package io.rdpg.plan.target.ssh.config;

import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.Text;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A host to log in to, with all that is to be known of it, and how it is reached. Two that are
 * equal can share a session.
 *
 * @param name as it was asked for
 * @param host the name or address to connect to
 * @param hostKeyAlias what its host key is filed under; null for {@code host} and {@code port}
 * @param trust how its host key is checked
 * @param keys with which keys to log in
 * @param algorithms what each is restricted to
 * @param leastRsaBits how long an RSA key must be, the host's or one to log in with
 * @param environment variables that its commands are given, as far as its sshd accepts them
 * @param family to which addresses of the host to connect
 * @param attempts how often to try to connect
 * @param connectTimeout how long connecting and logging in may take; null for the usual time
 * @param silence null for the usual time
 * @param via how a connection to it is made
 */
public record Hop(
    String name,
    String host,
    int port,
    String user,
    @Nullable String hostKeyAlias,
    Trust trust,
    Keys keys,
    Map<Algorithms, Restriction> algorithms,
    int leastRsaBits,
    Map<String, String> environment,
    AddressFamily family,
    int attempts,
    @Nullable Duration connectTimeout,
    @Nullable Silence silence,
    Via via) {
  /** OpenSSH's own; {@code RequiredRSASize} can only raise it. */
  public static final int USUAL_RSA_BITS = 1024;

  /** {@code host:port}. */
  public String place() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  Hop via(Via other) {
    return new Hop(
        name,
        host,
        port,
        user,
        hostKeyAlias,
        trust,
        keys,
        algorithms,
        leastRsaBits,
        environment,
        family,
        attempts,
        connectTimeout,
        silence,
        other);
  }

  /**
   * Where host keys are looked for.
   *
   * @param user the user's files; the first one is where a new key belongs
   * @param global the files of all users
   * @param asked what {@code StrictHostKeyChecking} says where it isn't {@code yes}; null else. An
   *     unknown host key is refused whatever it says
   */
  public record Trust(List<Path> user, List<Path> global, @Nullable String asked) {}

  /**
   * Keys to log in with.
   *
   * @param named private keys, or public ones whose private key the agent has, in their order
   * @param usual whether nobody named them: missing ones are then no error
   * @param certificates besides those that lie beside the keys
   * @param onlyNamed whether the agent's other keys are left out
   * @param agent the agent's socket; null for none
   * @param passphrase of private keys that have one; null when none is known
   */
  public record Keys(
      List<Path> named,
      boolean usual,
      List<Path> certificates,
      boolean onlyNamed,
      @Nullable Path agent,
      @Nullable Text passphrase) {}

  /** What can be restricted. */
  public enum Algorithms {
    KEY_EXCHANGE,
    HOST_KEY,
    PUBLIC_KEY,
    CIPHER,
    MAC,
    CA_SIGNATURE
  }

  /**
   * What something is restricted to.
   *
   * @param names in OpenSSH's notation
   * @param at where the configuration says it
   */
  public record Restriction(String names, Span at) {}

  /** Which kind of address. */
  public enum AddressFamily {
    ANY,
    INET,
    INET6
  }

  /**
   * When a silent host counts as lost.
   *
   * @param interval between two questions
   * @param unanswered how many of them
   */
  public record Silence(Duration interval, int unanswered) {}

  /** How a connection is made. */
  public sealed interface Via {}

  /** To its address. */
  public record Direct() implements Via {}

  /** Through another host's session. */
  public record Jump(Hop host) implements Via {}

  /** By a command of this machine, whose input and output are the connection. */
  public record Command(String shell, String line) implements Via {}
}
