package io.rdpg.plan.target.ssh;

import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.Traffic;
import io.rdpg.plan.target.shell.Transport;
import io.rdpg.plan.target.shell.UserShells;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Connects to a node over one SSH session, which carries one shell for each user and any number of
 * connections ({@code direct-tcpip}, RFC 4254 section 7.2). Where its sshd forwards none, {@link
 * Relays} do. A lost session is opened again when it is next needed.
 *
 * <p>Which way leads to it, the user's ssh configuration says. Only public keys are used. Host keys
 * must be known.
 */
public final class SshTransport implements Transport {
  private final SshSession connection;
  private final Relays relays;
  private final UserShells shells;
  private final Traffic traffic = new Traffic();

  /**
   * @param become how other users are become
   * @param client shared by all nodes of a run
   */
  public SshTransport(String node, NodeAccess.Ssh to, NodeAccess.Become become, SshClient client) {
    this(node, to, become, client, SshSession.Patience.USUAL);
  }

  /** The same where other users are become as is usual. */
  public SshTransport(String node, NodeAccess.Ssh to, SshClient client) {
    this(node, to, NodeAccess.Become.USUAL, client);
  }

  SshTransport(String node, NodeAccess.Ssh to, SshClient client, SshSession.Patience patience) {
    this(node, to, NodeAccess.Become.USUAL, client, patience);
  }

  private SshTransport(
      String node,
      NodeAccess.Ssh to,
      NodeAccess.Become become,
      SshClient client,
      SshSession.Patience patience) {
    connection = SshSession.toNode(node, client.hop(to), patience, client);
    relays = new Relays(() -> SshSession.toNode(node, client.hop(to), patience, client));
    shells = new UserShells(new SshHost(connection), connection.user(), become, traffic);
  }

  @Override
  public Reply run(Script script, Listener listener, Cancellation cancellation) {
    return shells.run(script, listener, cancellation);
  }

  @Override
  public Socket open(String host, int port, Duration timeout) throws IOException {
    try {
      return connection.begun(new Cancellation(), session -> tunnel(session, host, port, timeout));
    } catch (JSchException e) {
      throw connection.lost(e);
    }
  }

  private Socket tunnel(Session session, String host, int port, Duration timeout)
      throws JSchException, IOException {
    try {
      return Tunnel.open(session, host, port, timeout);
    } catch (Tunnel.ProhibitedException e) {
      return relayed(host, port, timeout);
    } catch (ConnectException e) {
      throw noConnection(host, port, e);
    }
  }

  private Socket relayed(String host, int port, Duration timeout) throws IOException {
    try {
      return relays.open(host, port, timeout);
    } catch (RelayProgram.MissingException e) {
      throw refused(
          "the node's sshd refuses to forward connections to "
              + host
              + ", and the node has no "
              + RelayProgram.NAMES,
          "set AllowTcpForwarding yes (or local) and PermitOpen in its sshd_config, or install socat");
    } catch (RelayProgram.NoRoomException e) {
      throw refused(
          "the node's sshd refuses to forward connections to "
              + host
              + ", and starts no further process that would",
          "raise MaxSessions in its sshd_config, or set AllowTcpForwarding yes (or local)");
    } catch (ConnectException e) {
      throw noConnection(host, port, e);
    }
  }

  private Failure refused(String why, String hint) {
    return Diagnostic.of(Code.FORWARDING_REFUSED, why)
        .withHint(hint)
        .orOn(connection.node())
        .failure();
  }

  private static IOException noConnection(String host, int port, ConnectException cause) {
    return (IOException)
        new ConnectException("no connection from the node to " + host + ":" + port)
            .initCause(cause);
  }

  @Override
  public Socket openUnix(String path, Duration timeout) throws IOException {
    return shells.openUnix(path, timeout);
  }

  @Override
  public Transport as(@Nullable String user) {
    return shells.as(user, this);
  }

  @Override
  public Traffic traffic() {
    return traffic;
  }

  @Override
  public void close() {
    shells.close();
    relays.close();
    connection.close();
  }
}
