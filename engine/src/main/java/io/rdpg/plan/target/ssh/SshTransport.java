package io.rdpg.plan.target.ssh;

import com.jcraft.jsch.ChannelDirectTCPIP;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.shell.Transport;
import io.rdpg.plan.target.shell.UserShells;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Connects to a node over one SSH session, which carries one shell for each user and any number of
 * connections ({@code direct-tcpip}, RFC 4254 section 7.2). A lost session is opened again when it
 * is next needed.
 *
 * <p>Only public keys are used: the private key that is named, else those of the agent and the
 * user's unencrypted default ones. Host keys must be known.
 */
public final class SshTransport implements Transport {
  /** RFC 4254 section 5.1: SSH_OPEN_ADMINISTRATIVELY_PROHIBITED. */
  private static final int PROHIBITED = 1;

  private final SshSession connection;
  private final UserShells shells;

  /**
   * @param become how other users are become
   * @param queue shared by all nodes of a run
   */
  public SshTransport(String node, NodeAccess.Ssh to, NodeAccess.Become become, LoginQueue queue) {
    this(node, to, become, queue, SshSession.Patience.USUAL);
  }

  /** The same where other users are become as is usual. */
  public SshTransport(String node, NodeAccess.Ssh to, LoginQueue queue) {
    this(node, to, NodeAccess.Become.USUAL, queue);
  }

  SshTransport(String node, NodeAccess.Ssh to, LoginQueue queue, SshSession.Patience patience) {
    this(node, to, NodeAccess.Become.USUAL, queue, patience);
  }

  private SshTransport(
      String node,
      NodeAccess.Ssh to,
      NodeAccess.Become become,
      LoginQueue queue,
      SshSession.Patience patience) {
    connection = new SshSession(node, to, patience, queue);
    shells = new UserShells(new SshHost(connection), to.user(), become);
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

  /**
   * A connection through a session.
   *
   * @throws JSchException when the session is gone
   */
  private Socket tunnel(Session session, String host, int port, Duration timeout)
      throws JSchException, IOException {
    ChannelDirectTCPIP channel =
        SshSession.channel(session, "direct-tcpip", ChannelDirectTCPIP.class);
    try {
      channel.setHost(host);
      channel.setPort(port);
      TunnelSocket tunnel = new TunnelSocket(channel);
      channel.connect(Math.toIntExact(timeout.toMillis()));
      return tunnel.connected(host, port);
    } catch (JSchException e) {
      int reason = channel.getExitStatus();
      channel.disconnect();
      if (!session.isConnected()) {
        throw e;
      }
      if (reason == PROHIBITED) {
        throw Diagnostic.of(
                Code.NOT_POSSIBLE_HERE, "the node's sshd refuses to forward connections to " + host)
            .withHint("set AllowTcpForwarding yes (or local) and PermitOpen in its sshd_config")
            .orOn(connection.node())
            .failure();
      }
      throw (IOException)
          new ConnectException("no connection from the node to " + host + ":" + port).initCause(e);
    }
  }

  @Override
  public Transport as(@Nullable String user) {
    return shells.as(user, this);
  }

  @Override
  public void close() {
    shells.close();
    connection.close();
  }
}
