package io.rdpg.plan.target.ssh;

import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import io.rdpg.plan.target.shell.RelayMessages;
import io.rdpg.plan.target.shell.TunnelSocket;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * Opens connections through a program on the node, where its sshd forwards none ({@code
 * AllowTcpForwarding no}): socat(1), ncat(1) or nc(1), on a channel of its own.
 */
final class RelayProgram {
  static final String NAMES = "socat, ncat or nc";

  /** What goes into the command line as it is. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._:%-]+");

  /** What each of them says on stderr once it is connected. */
  private static final Pattern CONNECTED =
      Pattern.compile("starting data transfer loop|Connected to |succeeded!| open\\b");

  private static final int MISSING = 127;

  private RelayProgram() {}

  /** The node has none of them. */
  static final class MissingException extends IOException {
    MissingException() {
      super("no " + NAMES);
    }
  }

  /** The node's sshd starts no further process. */
  static final class NoRoomException extends IOException {
    NoRoomException(Exception cause) {
      super("no further channel", cause);
    }
  }

  /**
   * A connection from the session's server.
   *
   * @throws JSchException when the session is gone
   * @throws MissingException when the node has no such program
   * @throws NoRoomException when sshd starts none ({@code MaxSessions})
   * @throws ConnectException when nothing answers there, or not in time
   */
  static Socket open(Session session, String host, int port, Duration timeout)
      throws JSchException, IOException {
    if (!PLAIN.matcher(host).matches()) {
      throw new ConnectException("'" + host + "' is no host");
    }
    ChannelExec channel =
        SshSession.exec(session, "exec sh -c '" + script(host, port, timeout) + "'");
    TunnelSocket tunnel = new TunnelSocket(channel.getOutputStream(), channel::disconnect);
    RelayMessages stderr = new RelayMessages(CONNECTED);
    channel.setOutputStream(tunnel.inbox());
    channel.setErrStream(stderr);
    try {
      channel.connect(Math.toIntExact(timeout.toMillis()));
    } catch (JSchException e) {
      channel.disconnect();
      if (session.isConnected()) {
        throw new NoRoomException(e);
      }
      throw e;
    }
    if (!stderr.awaitConnected(timeout)) {
      channel.disconnect();
      if (!session.isConnected()) {
        throw new JSchException("session is down");
      }
      if (channel.getExitStatus() == MISSING) {
        throw new MissingException();
      }
      throw new ConnectException(stderr.error());
    }
    return tunnel.connected(host, port);
  }

  /**
   * Each ends when its input does, so that closing the channel leaves nothing behind. nc gets no
   * timeout: it would end idle connections, too.
   */
  private static String script(String host, int port, Duration timeout) {
    String seconds = Long.toString(Math.max(1, timeout.toSeconds()));
    String address = host.contains(":") ? "[" + host + "]" : host;
    return """
    if command -v socat >/dev/null; then \
    exec socat -d -d - "TCP:%1$s:%2$d,connect-timeout=%3$s"; \
    elif command -v ncat >/dev/null; then exec ncat -v -w %3$ss %4$s %2$d; \
    elif command -v nc >/dev/null; then case "$(nc -h 2>&1)" in \
    *-N*) exec nc -v -N %4$s %2$d;; *-q*) exec nc -v -q 0 %4$s %2$d;; *) exec nc -v %4$s %2$d;; esac; \
    else exit %5$d; fi\
    """
        .formatted(address, port, seconds, host, MISSING);
  }
}
