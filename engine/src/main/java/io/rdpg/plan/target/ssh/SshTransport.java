package io.rdpg.plan.target.ssh;

import com.jcraft.jsch.ChannelDirectTCPIP;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.shell.FramedShell;
import io.rdpg.plan.target.shell.Transport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.time.Duration;

/**
 * Connects to a node over one SSH session, which carries one shell and any number of connections
 * ({@code direct-tcpip}, RFC 4254 section 7.2). A lost session is opened again when it is next
 * needed.
 *
 * <p>Only public keys are used: the private key that is named, else those of the agent and the
 * user's unencrypted default ones. Host keys must be known.
 */
public final class SshTransport implements Transport {
  /** RFC 4254 section 5.1: SSH_OPEN_ADMINISTRATIVELY_PROHIBITED. */
  private static final int PROHIBITED = 1;

  private final SshSession connection;
  private final FramedShell shell;

  /**
   * @param queue shared by all nodes of a run
   */
  public SshTransport(String node, NodeAccess.Ssh to, LoginQueue queue) {
    this(node, to, queue, SshSession.Patience.USUAL);
  }

  SshTransport(String node, NodeAccess.Ssh to, LoginQueue queue, SshSession.Patience patience) {
    connection = new SshSession(node, to, patience, queue);
    shell = new FramedShell(new SshHost(connection));
  }

  @Override
  public Reply run(Script script, Listener listener, Cancellation cancellation) {
    return shell.run(script, listener, cancellation);
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
  public void close() {
    shell.close();
    connection.close();
  }
}
