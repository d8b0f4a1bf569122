package io.rdpg.plan.target.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rdpg.plan.lab.DebianProgram;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.shell.Transport;
import io.rdpg.plan.testing.TestDeadlines;
import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Connections by programs on a node: where its sshd forwards none, and to Unix domain sockets, by
 * each of the programs that can.
 */
@Tag("server")
class RelayProgramIT {
  /** For a test that takes the name by which a program is found, its own, and its package. */
  @ParameterizedTest
  @CsvSource({
    "socat, socat, socat",
    "ncat, ncat, ncat",
    "nc, nc.openbsd, netcat-openbsd",
    "nc, nc.traditional, netcat-traditional"
  })
  @Retention(RetentionPolicy.RUNTIME)
  private @interface ByEachProgram {}

  @TempDir static Path temp;

  @ByEachProgram
  void carries_a_connection(String name, String program, String debianPackage) throws Exception {
    try (TestSshServer sshd = sshdWith(name, DebianProgram.find(program, debianPackage));
        SshTransport transport = transport(sshd);
        ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      server.setSoTimeout(Math.toIntExact(TestDeadlines.LONG.toMillis()));
      byte[] sent = new byte[300_000];
      new Random(1).nextBytes(sent);
      Socket theirs;
      try (Socket ours = transport.open("127.0.0.1", server.getLocalPort(), TestDeadlines.SOON)) {
        theirs = server.accept();
        theirs.setSoTimeout(Math.toIntExact(TestDeadlines.LONG.toMillis()));
        ours.getOutputStream().write(sent);
        byte[] arrived = theirs.getInputStream().readNBytes(sent.length);
        assertThat(Arrays.equals(arrived, sent)).isTrue();
        theirs.getOutputStream().write(arrived);
        theirs.getOutputStream().flush();
        assertThat(Arrays.equals(ours.getInputStream().readNBytes(sent.length), sent)).isTrue();
      }
      try (theirs) {
        assertThat(theirs.getInputStream().read()).as("the end").isEqualTo(-1);
      }
    }
  }

  @ByEachProgram
  void tells_that_nothing_answers(String name, String program, String debianPackage)
      throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    try (TestSshServer sshd = sshdWith(name, DebianProgram.find(program, debianPackage));
        SshTransport transport = transport(sshd)) {
      assertThatThrownBy(() -> transport.open("127.0.0.1", free, TestDeadlines.SOON))
          .isInstanceOf(ConnectException.class)
          .hasStackTraceContaining("refused");
    }
  }

  @Test
  void tells_that_there_is_none() throws Exception {
    try (TestSshServer sshd = sshdWith("true", Path.of("/bin/true"));
        SshTransport transport = transport(sshd)) {
      assertThatThrownBy(() -> transport.open("127.0.0.1", sshd.port(), TestDeadlines.SOON))
          .isInstanceOfSatisfying(
              Failure.class,
              failure -> {
                assertThat(failure.diagnostic().code()).isEqualTo(Code.FORWARDING_REFUSED);
                assertThat(failure.diagnostic().code().exit().number()).isEqualTo(3);
                assertThat(failure.diagnostic().node()).isEqualTo("n1");
                assertThat(failure.diagnostic().hint())
                    .contains("AllowTcpForwarding", "install socat");
              });
    }
  }

  @Test
  void carries_more_than_one_session_has_room_for() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        TestSshServer sshd =
            sshdWith("socat", DebianProgram.find("socat", "socat"), "MaxSessions 3");
        SshTransport transport = transport(sshd)) {
      List<Socket> open = new ArrayList<>();
      for (int i = 0; i < 7; i++) {
        open.add(transport.open(TestSshServer.HOST, server.getLocalPort(), TestDeadlines.SOON));
      }
      assertThat(transport.run(new Transport.Script("echo on"), new Cancellation()).out())
          .as("a shell has room")
          .isEqualTo("on\n");
      for (Socket socket : open) {
        socket.close();
      }
    }
  }

  // --- Unix domain sockets, whether it forwards or not ---

  @ParameterizedTest
  @CsvSource({"socat, socat", "perl, perl-base", "python3, python3-minimal"})
  void connects_to_a_unix_domain_socket(String program, String debianPackage) throws Exception {
    Path path = Files.createTempDirectory(temp, "socket").resolve(".s.PGSQL.5432");
    Path _ = DebianProgram.find(program, debianPackage);
    // The system's own: another one on PATH may be a script that needs more.
    try (TestSshServer sshd = sshdWith(program, Path.of("/usr/bin", program));
        SshTransport transport = transport(sshd)) {
      assertThatThrownBy(() -> transport.openUnix(path.toString(), TestDeadlines.SOON))
          .isInstanceOf(ConnectException.class)
          .hasMessage("No such file or directory");
      try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
        server.bind(UnixDomainSocketAddress.of(path));
        ByteBuffer sent = ByteBuffer.allocate(300_000);
        new Random(1).nextBytes(sent.array());
        SocketChannel theirs;
        try (Socket ours = transport.openUnix(path.toString(), TestDeadlines.SOON)) {
          theirs = server.accept();
          ours.getOutputStream().write(sent.array());
          ByteBuffer arrived = ByteBuffer.allocate(sent.capacity());
          while (arrived.hasRemaining()) {
            assertThat(theirs.read(arrived)).isPositive();
          }
          assertThat(arrived.flip()).isEqualTo(sent);
          while (arrived.hasRemaining()) {
            assertThat(theirs.write(arrived)).isPositive();
          }
          assertThat(ours.getInputStream().readNBytes(sent.capacity())).isEqualTo(sent.array());
        }
        try (theirs) {
          assertThat(theirs.read(ByteBuffer.allocate(1))).as("the end").isEqualTo(-1);
        }
        try (Socket ours = transport.openUnix(path.toString(), TestDeadlines.SOON)) {
          server.accept().close();
          assertThat(ours.getInputStream().read()).as("the other end").isEqualTo(-1);
        }
      }
    }
  }

  @Test
  void tells_that_none_connects_to_a_unix_domain_socket() throws Exception {
    try (TestSshServer sshd = sshdWith("true", Path.of("/bin/true"));
        SshTransport transport = transport(sshd)) {
      assertThatThrownBy(() -> transport.openUnix("/tmp/.s.PGSQL.5432", TestDeadlines.SOON))
          .isInstanceOfSatisfying(
              Failure.class,
              failure -> {
                assertThat(failure.diagnostic().code().exit().number()).isEqualTo(3);
                assertThat(failure.diagnostic().hint()).contains("install socat, perl or python3");
              });
    }
  }

  private static SshTransport transport(TestSshServer sshd) {
    return new SshTransport("n1", sshd.access(), new SshClient(new LoginQueue(32)));
  }

  /** One that forwards nothing, and finds no program but this and a shell. */
  private static TestSshServer sshdWith(String name, Path program, String... settings)
      throws IOException {
    Path programs = Files.createTempDirectory(temp, "programs");
    Files.copy(program, programs.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
    Files.copy(
        Path.of("/bin/sh").toRealPath(),
        programs.resolve("sh"),
        StandardCopyOption.COPY_ATTRIBUTES);
    return new TestSshServer(
        TestSshServer.ownDirectory(temp),
        Stream.concat(
                Stream.of("AllowTcpForwarding no", "SetEnv SHLVL=2 PATH=" + programs),
                Stream.of(settings))
            .toArray(String[]::new));
  }
}
