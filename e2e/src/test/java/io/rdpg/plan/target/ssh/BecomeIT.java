package io.rdpg.plan.target.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.language.model.NodeAccess.Become.Method;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.shell.Transport;
import io.rdpg.plan.target.shell.TransportContract;
import io.rdpg.plan.testing.TestDeadlines;
import java.io.IOException;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Users of a node are become by real programs, on a machine of this test's own. */
@Tag("server")
class BecomeIT {
  private static final String FAILED_LOGINS = "lastb -w 2>/dev/null | grep -c app";

  @TempDir static Path temp;
  @AutoClose private static MachineWithUsers machine;

  private final List<Transport> opened = new ArrayList<>();

  @BeforeAll
  static void start() throws IOException {
    machine = new MachineWithUsers(temp);
  }

  @AfterEach
  void close() {
    opened.forEach(Transport::close);
  }

  private Transport as(String login, Method method, @Nullable String password, String user) {
    NodeAccess.Become become =
        new NodeAccess.Become(method, password == null ? null : Text.secret(password));
    Transport transport =
        new SshTransport(
            "n1", machine.as(login), become, new SshClient(new LoginQueue(LoginQueue.usual())));
    opened.add(transport);
    return transport.as(user);
  }

  /** A user of the machine as this one sees it, where it has no name. */
  private static UserPrincipal numbered(int id) throws IOException {
    Path file = Files.createTempFile(temp, "owned", "");
    Files.setAttribute(file, "unix:uid", id);
    return Files.getOwner(file);
  }

  private static String ask(Transport transport, String script) {
    return transport.run(new Transport.Script(script), new Cancellation()).out().strip();
  }

  /** The shell of a user who is become promises what every shell does. */
  @Nested
  class AnotherUser extends TransportContract {
    @Override
    protected Transport open() {
      return as("asked", Method.SUDO, "asked-word", "app");
    }
  }

  /** sudo itself gets the signals, too. */
  @Nested
  class Root extends TransportContract {
    @Override
    protected Transport open() {
      return as("free", Method.SUDO, null, "root");
    }
  }

  /** su puts what it runs into a session of its own. */
  @Nested
  class BySu extends TransportContract {
    @Override
    protected Transport open() {
      return as("stranger", Method.SU, "app-word", "app");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "free,     SUDO, ,             root",
    "free,     SUDO, not-asked-for, root",
    "free,     SUDO, ,             service",
    "asked,    SUDO, asked-word,   root",
    "asked,    SUDO, asked-word,   service",
    "stranger, SU,   app-word,     app",
    "free,     DOAS, ,             service",
    "free,     DOAS, not-asked-for, service",
  })
  void becomes(String login, Method method, @Nullable String password, String user) {
    Transport transport = as(login, method, password, user);

    assertThat(ask(transport, "id -un")).isEqualTo(user);
    assertThat(ask(transport.as(null), "id -un")).isEqualTo(login);
    assertThat(ask(transport, "pwd")).isEqualTo(login.equals("stranger") ? "/" : "/tmp");
    assertThat(ask(transport.as(login), "echo $$")).isEqualTo(ask(transport.as(null), "echo $$"));
    assertThat(ask(transport, "echo $$")).isEqualTo(ask(transport, "echo $$"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          asked    | SUDO |               | root    | a password is required   | ansible_become_password
          asked    | SUDO | wrong-word    | root    | try again                | the password of asked
          stranger | SUDO | stranger-word | app     | not in the sudoers file  | stranger ALL=(app)
          narrow   | SUDO |               | app     | a password is required   | narrow ALL=(app)
          narrow   | SUDO | narrow-word   | app     | not allowed to execute '/bin/sh ...' as app | narrow ALL=(app)
          terminal | SUDO |               | app     | must have a tty          | !requiretty
          free     | SUDO |               | nobody2 | unknown user             | become_user
          stranger | SU   |               | app     | asks for a password      | the password of app
          stranger | SU   | wrong-word    | app     | Authentication failure   | the password of app
          stranger | SU   | service-word  | service | restricted shell        | sudo
          stranger | SU   | stranger-word | nobody2 | does not exist           | become_user
          asked    | DOAS | asked-word    | service | Authentication required  | terminal only
          stranger | DOAS |               | service | Operation not permitted  | permit nopass stranger
          """)
  void tells_what_it_was_refused_for(
      String login,
      Method method,
      @Nullable String password,
      String user,
      String words,
      String hint) {
    Transport transport = as(login, method, password, user);

    assertThatThrownBy(() -> ask(transport, "true"))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              Diagnostic diagnostic = failure.diagnostic();
              assertThat(diagnostic.code()).isEqualTo(Code.BECOME_REFUSED);
              assertThat(diagnostic.node()).isEqualTo("n1");
              assertThat(diagnostic.message())
                  .startsWith(
                      "%s could not become %s by %s: ".formatted(login, user, method.word()))
                  .contains(words)
                  .hasSizeLessThan(250);
              assertThat(diagnostic.hint()).contains(hint);
            });
    assertThat(ask(transport.as(null), "id -un")).isEqualTo(login);
  }

  @ParameterizedTest
  @CsvSource({
    "asked,    SUDO, asked-word, app,     4206",
    "asked,    SUDO, asked-word, service, 4207",
    "stranger, SU,   app-word,   app,     4206",
    "free,     SUDO, ,           root,    0",
    "free,     DOAS, ,           service, 4207",
  })
  void opens_unix_domain_sockets_as_that_user(
      String login, Method method, @Nullable String password, String user, int id)
      throws IOException {
    Path path = Files.createTempDirectory(temp, "socket").resolve(".s.PGSQL.5432");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      Files.setPosixFilePermissions(path.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
      UserPrincipal owner = numbered(id);
      try (Socket ours =
              as(login, method, password, user).openUnix(path.toString(), TestDeadlines.SOON);
          SocketChannel theirs = server.accept()) {
        assertThat(theirs.getOption(ExtendedSocketOptions.SO_PEERCRED).user())
            .as("the user that a server sees")
            .isEqualTo(owner);
        ours.getOutputStream().write("ask".getBytes(StandardCharsets.US_ASCII));
        ByteBuffer asked = ByteBuffer.allocate(3);
        while (asked.hasRemaining()) {
          assertThat(theirs.read(asked)).isPositive();
        }
        assertThat(new String(asked.array(), StandardCharsets.US_ASCII)).isEqualTo("ask");
        theirs.write(ByteBuffer.wrap("answer".getBytes(StandardCharsets.US_ASCII)));
        assertThat(ours.getInputStream().readNBytes(6)).asString().isEqualTo("answer");
      }
      Transport refused = as("asked", Method.SUDO, "wrong-word", user);
      assertThatThrownBy(() -> refused.openUnix(path.toString(), TestDeadlines.SOON))
          .isInstanceOf(Failure.class)
          .hasMessageContaining("could not become " + user)
          .hasMessageNotContaining("wrong-word");
    }
  }

  /** Some nodes lock an account whose password is wrong too often. */
  @Test
  void tries_a_refused_password_once() {
    Transport root = as("free", Method.SUDO, null, "root");
    String before = ask(root, FAILED_LOGINS);
    Transport transport = as("stranger", Method.SU, "wrong-word", "app");
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> ask(transport, "true"))
          .hasMessageContaining("Authentication failure");
    }
    assertThat(Integer.parseInt(ask(root, FAILED_LOGINS)) - Integer.parseInt(before)).isOne();
  }

  @Test
  void a_shell_that_sshd_has_no_room_for_is_told() throws IOException {
    try (TestSshServer narrow =
            new TestSshServer(TestSshServer.ownDirectory(temp), "MaxSessions 1");
        Transport transport =
            new SshTransport(
                "n1",
                narrow.access(),
                new NodeAccess.Become(Method.SU, null),
                new SshClient(new LoginQueue(LoginQueue.usual())))) {
      assertThat(ask(transport, "echo in")).isEqualTo("in");
      assertThatThrownBy(() -> ask(transport.as("nobody"), "true"))
          .hasMessageContaining("no further shell");
      assertThat(ask(transport, "echo on")).isEqualTo("on");
    }
  }
}
