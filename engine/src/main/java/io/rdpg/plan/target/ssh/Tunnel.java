package io.rdpg.plan.target.ssh;

import com.jcraft.jsch.ChannelDirectTCPIP;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import io.rdpg.plan.target.shell.TunnelSocket;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** Opens connections through a session ({@code direct-tcpip}, RFC 4254 section 7.2). */
final class Tunnel {
  /** RFC 4254 section 5.1: SSH_OPEN_ADMINISTRATIVELY_PROHIBITED. */
  private static final int PROHIBITED = 1;

  /** JSch's, as long as the server has said nothing. */
  private static final int NO_ANSWER = -1;

  private Tunnel() {}

  /** The server doesn't forward connections there. */
  static final class ProhibitedException extends IOException {
    ProhibitedException(Exception cause) {
      super("connections are not forwarded", cause);
    }
  }

  /**
   * A connection from the session's server.
   *
   * @throws JSchException when the session is gone
   * @throws ConnectException when nothing answers there
   * @throws SocketTimeoutException when the session's server doesn't say in time whether it does
   */
  static Socket open(Session session, String host, int port, Duration timeout)
      throws JSchException, IOException {
    ChannelDirectTCPIP channel =
        SshSession.channel(session, "direct-tcpip", ChannelDirectTCPIP.class);
    try {
      channel.setHost(host);
      channel.setPort(port);
      TunnelSocket tunnel = new TunnelSocket(channel.getOutputStream(), channel::disconnect);
      channel.setOutputStream(tunnel.inbox());
      channel.connect(Math.toIntExact(timeout.toMillis()));
      return tunnel.connected(host, port);
    } catch (JSchException e) {
      int reason = channel.getExitStatus();
      channel.disconnect();
      if (!session.isConnected()) {
        throw e;
      }
      if (reason == PROHIBITED) {
        throw new ProhibitedException(e);
      }
      throw (IOException)
          (reason == NO_ANSWER
                  ? new SocketTimeoutException("no answer to the request for a connection")
                  : new ConnectException("connection refused, or no route"))
              .initCause(e);
    }
  }
}
