package io.rdpg.plan.target.shell;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.target.Cancellation;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Connects to Unix domain sockets of a node as one of its users, as unix(7) servers see who that
 * is: by a shell of the user's that becomes socat(1), perl(1) or python3(1).
 */
final class UnixSocket {
  /** What goes into a command line of any shell as it is. */
  private static final Pattern PLAIN = Pattern.compile("/[A-Za-z0-9._/-]*");

  private static final String MISSING = "none of socat, perl and python3";

  private static final Pattern CONNECTED =
      Pattern.compile("starting data transfer loop|(?m)^connected$");

  /** Copies both ways, until the server ends; the input's end is passed on. */
  private static final String PERL =
      """
      \\$s = IO::Socket::UNIX->new(shift) or die strerror(errno) . chr(10); \
      print STDERR shift, chr(10); \
      \\$r = IO::Select->new(\\$s, \\*STDIN); \
      while (1) { for (\\$r->can_read) { \
      if (sysread(\\$_, \\$b, 65536)) { \
      \\$t = \\$_ == \\$s ? \\*STDOUT : \\$s; \
      for (\\$o = 0; \\$o < length \\$b; \\$o += \\$n) { \
      defined(\\$n = syswrite \\$t, \\$b, length(\\$b) - \\$o, \\$o) or exit } } \
      elsif (\\$_ == \\$s) { exit } \
      else { \\$r->remove(\\$_); shutdown \\$s, 1 } } }\
      """;

  private static final String PYTHON =
      """
      import os, socket, sys, threading; s = socket.socket(socket.AF_UNIX); \
      s.connect(sys.argv[1]); print(sys.argv[2], file=sys.stderr, flush=True); \
      threading.Thread(daemon=True, target=lambda: \
      ([s.sendall(b) for b in iter(lambda: os.read(0, 65536), bytes())], s.shutdown(1))).start(); \
      [(sys.stdout.buffer.write(b), sys.stdout.flush()) for b in iter(lambda: s.recv(65536), bytes())]\
      """;

  private UnixSocket() {}

  /**
   * Opens a connection.
   *
   * @param path without blanks and quotes
   * @throws IOException when nothing answers there, or not in time
   * @throws io.rdpg.plan.language.diagnostic.Failure when the node can't be used, the user can't be
   *     become, or it has no program that connects
   */
  static Socket open(UserShell user, String path, Duration timeout) throws IOException {
    if (!PLAIN.matcher(path).matches()) {
      throw new ConnectException(
          "a socket's path has only letters, digits and ._/- here, not '" + path + "'");
    }
    Relay relay = new Relay();
    TunnelSocket socket = new TunnelSocket(relay, relay::close);
    RelayMessages messages = new RelayMessages(CONNECTED);
    Cancellation never = new Cancellation();
    relay.running =
        Admitted.at(
            user.host(), never, () -> user.start(script(path), socket.inbox(), messages, never));
    if (messages.awaitConnected(timeout)) {
      return socket.connected("localhost", 0);
    }
    relay.close();
    String error = messages.error();
    if (error.equals(MISSING)) {
      throw Diagnostic.of(Code.UNREACHABLE, "the node has no program that connects to " + path)
          .withHint("install socat, perl or python3 there, or give pg_host an address")
          .orOn(user.host().node())
          .failure();
    }
    // As strerror(3) has it, behind what each program puts before it.
    throw new ConnectException(error.replaceFirst("^.*(: |\\[Errno \\d+] )", ""));
  }

  private static String script(String path) {
    return """
    if command -v socat >/dev/null; then exec socat -d -d - "UNIX-CONNECT:%1$s"; \
    elif command -v perl >/dev/null; then exec perl -MIO::Socket::UNIX -MIO::Select -MPOSIX -e "%2$s" "%1$s" connected; \
    elif command -v python3 >/dev/null; then exec python3 -c "%3$s" "%1$s" connected; \
    else echo "%4$s" >&2; fi\
    """
        .formatted(path, PERL, PYTHON, MISSING);
  }

  /** Sends to the program, once it has been started. */
  private static final class Relay extends OutputStream {
    private volatile ShellHost.@Nullable Running running;

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      ShellHost.Running program = running;
      if (program != null) {
        program.send(Arrays.copyOfRange(bytes, offset, offset + length));
      }
    }

    @Override
    public void close() {
      ShellHost.Running program = running;
      if (program != null) {
        program.close();
      }
    }
  }
}
