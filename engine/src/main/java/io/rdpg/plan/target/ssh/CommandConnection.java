package io.rdpg.plan.target.ssh;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.target.shell.TunnelSocket;
import io.rdpg.plan.target.ssh.config.Hop;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Connects to a host by a command of this machine, and keeps what it says about its failure. */
final class CommandConnection implements Connection {
  private static final int LONGEST_ERROR = 4096;

  /** How long a command that connected to nothing may take to say why. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(10);

  private final Hop host;
  private final Hop.Command command;
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
  private volatile @Nullable Process process;
  private volatile @Nullable Thread listening;
  private volatile boolean connected;

  CommandConnection(Hop host, Hop.Command command) {
    this.host = host;
    this.command = command;
  }

  @Override
  public Socket open() throws IOException {
    Process started = new ProcessBuilder(command.shell(), "-c", "exec " + command.line()).start();
    process = started;
    TunnelSocket socket = new TunnelSocket(started.getOutputStream(), () -> end(started));
    Thread _ = copy(started.getInputStream(), new Arriving(socket.inbox()));
    listening = copy(started.getErrorStream(), new FirstBytes());
    return socket.connected(host.host(), host.port());
  }

  private Thread copy(InputStream from, OutputStream to) {
    return background(() -> {
      try (from;
          to) {
        from.transferTo(to);
      } catch (IOException e) {
        // It has ended.
      }
    });
  }

  private Thread background(Runnable work) {
    return Thread.ofPlatform().daemon().name("ProxyCommand of " + host.name()).start(work);
  }

  /** One that connected to nothing may be about to end by itself. */
  private void end(Process started) {
    if (connected) {
      destroy(started);
    } else {
      Thread _ =
          background(() -> {
            if (!endsByItself(started)) {
              destroy(started);
            }
          });
    }
  }

  private static void destroy(Process started) {
    started.descendants().forEach(ProcessHandle::destroy);
    started.destroy();
  }

  /** Whether it ends in time; then all that it said is here too. */
  private boolean endsByItself(Process started) {
    try {
      boolean itself = started.waitFor(LAST_WORDS);
      Thread reader = listening;
      return itself && (reader == null || reader.join(LAST_WORDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** What the command said, when it is the command that failed; null when it wasn't. */
  @Nullable Failure failure(Exception cause) {
    Process started = process;
    if (started == null) {
      return new Failure(diagnostic("can't be run: " + cause.getMessage()), cause);
    }
    if (connected || !endsByItself(started)) {
      return null;
    }
    String said;
    synchronized (errors) {
      said = errors.toString(StandardCharsets.UTF_8).strip().replaceAll("\\s*\\R\\s*", "; ");
    }
    return new Failure(
        diagnostic(
            "exited with " + started.exitValue() + (said.isEmpty() ? "" : " and said: " + said)),
        cause);
  }

  private Diagnostic diagnostic(String what) {
    return Diagnostic.of(
            Code.UNREACHABLE, "no SSH connection to " + host.place() + ": its ProxyCommand " + what)
        .withHint("run it by hand: " + command.line());
  }

  /** Notes that something came: then the command has connected. */
  private final class Arriving extends FilterOutputStream {
    Arriving(OutputStream to) {
      super(to);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      connected = true;
      out.write(bytes, offset, length);
    }
  }

  private final class FirstBytes extends OutputStream {
    @Override
    public void write(int b) {
      synchronized (errors) {
        if (errors.size() < LONGEST_ERROR) {
          errors.write(b);
        }
      }
    }
  }
}
