package io.rdpg.plan.target.ssh;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.target.ssh.config.Hop;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Connects to a host by a command of this machine, and keeps what it says about its failure. */
final class CommandConnection implements Connection {
  private static final int LONGEST_ERROR = 4096;

  private final Hop host;
  private final Hop.Command command;
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
  private volatile @Nullable Process process;
  private volatile @Nullable Thread listening;
  private volatile boolean inUse;
  private volatile boolean ended;

  CommandConnection(Hop host, Hop.Command command) {
    this.host = host;
    this.command = command;
  }

  @Override
  public Socket open() throws IOException {
    Process started = new ProcessBuilder(command.shell(), "-c", "exec " + command.line()).start();
    process = started;
    TunnelSocket socket = TunnelSocket.of(started.getOutputStream(), () -> end(started));
    Thread _ = copy(started.getInputStream(), socket.inbox());
    listening = copy(started.getErrorStream(), new FirstBytes());
    return socket.connected(host.host(), host.port());
  }

  private Thread copy(InputStream from, OutputStream to) {
    return Thread.ofPlatform()
        .daemon()
        .name("ProxyCommand of " + host.name())
        .start(() -> {
          try (from;
              to) {
            from.transferTo(to);
          } catch (IOException e) {
            // It has ended.
          }
        });
  }

  /** A session runs on it now. */
  void established() {
    inUse = true;
  }

  /** When no session came of it, the command may be about to end and say why. */
  private void end(Process started) {
    if (inUse || !endsByItself(started)) {
      ended = true;
      started.descendants().forEach(ProcessHandle::destroy);
      started.destroy();
    }
  }

  private static boolean endsByItself(Process started) {
    try {
      return started.waitFor(1, TimeUnit.SECONDS);
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
    if (ended || !endsByItself(started)) {
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
