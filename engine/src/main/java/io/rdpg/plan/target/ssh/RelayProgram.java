package io.rdpg.plan.target.ssh;

import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import io.rdpg.plan.system.Mutex;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
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
    TunnelSocket tunnel = TunnelSocket.of(channel.getOutputStream(), channel::disconnect);
    Stderr stderr = new Stderr();
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

  /** What the program says; closed when it has ended. */
  private static final class Stderr extends OutputStream {
    private static final int LIMIT = 8 << 10;

    private final Mutex lock = new Mutex();
    private final Condition changed = lock.newCondition();
    private final StringBuilder said = new StringBuilder();
    private boolean ended;

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      try (var _ = lock.hold()) {
        if (said.length() < LIMIT) {
          said.append(new String(bytes, offset, length, StandardCharsets.ISO_8859_1));
        }
        changed.signalAll();
      }
    }

    @Override
    public void close() {
      try (var _ = lock.hold()) {
        ended = true;
        changed.signalAll();
      }
    }

    boolean awaitConnected(Duration timeout) throws IOException {
      long nanos = timeout.toNanos();
      try (var _ = lock.hold()) {
        while (!CONNECTED.matcher(said).find()) {
          if (ended || nanos <= 0) {
            return false;
          }
          nanos = changed.awaitNanos(nanos);
        }
        return true;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }

    /** Its last words, without socat's note that it ends. */
    String error() {
      try (var _ = lock.hold()) {
        return said.toString()
            .lines()
            .filter(line -> !line.contains(" N exit("))
            .reduce("no answer in time", (_, line) -> line);
      }
    }
  }
}
