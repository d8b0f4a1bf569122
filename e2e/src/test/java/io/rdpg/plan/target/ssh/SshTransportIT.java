package io.rdpg.plan.target.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.shell.NetworkError;
import io.rdpg.plan.target.shell.Transport;
import io.rdpg.plan.target.shell.TransportContract;
import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.OwnThread;
import io.rdpg.plan.testing.TestDeadlines;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("server")
class SshTransportIT extends TransportContract {
  private static final Duration SECOND = Duration.ofSeconds(1);

  /** For nodes that are never going to answer. */
  private static final SshSession.Patience SHORT = new SshSession.Patience(SECOND, SECOND, SECOND);

  /** For nodes that fall silent. */
  private static final SshSession.Patience WATCHFUL =
      new SshSession.Patience(TestDeadlines.SOON, TestDeadlines.SOON, SECOND);

  @TempDir static Path temp;
  @AutoClose private static TestSshServer server;

  @BeforeAll
  static void start() throws IOException {
    server = new TestSshServer(TestSshServer.ownDirectory(temp));
  }

  @Override
  protected Transport open() {
    return new SshTransport("n1", server.access(), new SshClient(new LoginQueue(32)));
  }

  @Test
  void what_nobody_answers_is_told_in_words() {
    try (Transport transport = open()) {
      assertThat(
              NetworkError.words(
                  catchThrowable(() -> transport.open("127.0.0.1", 1, TestDeadlines.SOON))))
          .hasValue("connection refused, or no route");
    }
  }

  @Test
  void many_log_in_where_sshd_has_room_for_two() throws IOException {
    try (TestSshServer narrow =
        new TestSshServer(TestSshServer.ownDirectory(temp), "MaxStartups 2")) {
      LoginQueue queue = new LoginQueue(32);
      List<CompletableFuture<String>> replies =
          IntStream.range(0, 30)
              .mapToObj(i -> OwnThread.supply(() -> loggedIn(narrow, queue, i)))
              .toList();
      assertThat(replies.stream().map(CompletableFuture::join)).hasSize(30).containsOnly("in");
    }
  }

  private static String loggedIn(TestSshServer server, LoginQueue queue, int number) {
    try (Transport transport =
        new SshTransport("n" + number, server.access(), new SshClient(queue))) {
      return echo(transport);
    }
  }

  @Test
  void refuses_an_unknown_host_key() throws IOException {
    Path empty = Files.createTempFile(temp, "known", "hosts");

    Diagnostic diagnostic = diagnostic(server.access(server.access().privateKey(), empty));

    assertThat(diagnostic.code()).isEqualTo(Code.HOST_KEY_REFUSED);
    assertThat(diagnostic.node()).isEqualTo("n1");
    assertThat(diagnostic.message()).contains("is not in " + empty);
    assertThat(diagnostic.hint()).contains("ssh-keyscan -p " + server.port());
  }

  @Test
  void refuses_a_host_key_when_there_is_no_known_hosts_file() {
    Diagnostic diagnostic =
        diagnostic(server.access(server.access().privateKey(), temp.resolve("none")));

    assertThat(diagnostic.code()).isEqualTo(Code.HOST_KEY_REFUSED);
  }

  @Test
  void refuses_a_changed_host_key() throws IOException {
    try (TestSshServer other = new TestSshServer(TestSshServer.ownDirectory(temp))) {
      other.trustKey(Files.readString(other.makeKey("formerly").resolveSibling("formerly.pub")));

      Diagnostic diagnostic = diagnostic(other.access());

      assertThat(diagnostic.code()).isEqualTo(Code.HOST_KEY_REFUSED);
      assertThat(diagnostic.message()).contains("differs from the one in");
      assertThat(diagnostic.hint()).contains("ssh-keygen -f").contains("-R '[127.0.0.1]:");
    }
  }

  @Test
  void tells_a_wrong_key() throws IOException {
    Diagnostic diagnostic = diagnostic(server.access(server.makeKey("wrong"), knownHosts()));

    assertThat(diagnostic.code()).isEqualTo(Code.AUTHENTICATION_FAILED);
    assertThat(diagnostic.hint()).contains("authorized_keys");
  }

  @Test
  void tells_a_missing_key_and_one_with_a_passphrase() throws IOException {
    assertThat(diagnostic(server.access(temp.resolve("nokey"), knownHosts())).message())
        .contains("missing");
    Diagnostic diagnostic =
        diagnostic(server.access(server.makeKey("locked", "-N", "passphrase"), knownHosts()));
    assertThat(diagnostic.code()).isEqualTo(Code.AUTHENTICATION_FAILED);
    assertThat(diagnostic.hint()).contains("ssh-agent");
  }

  @Test
  void tells_in_words_what_the_library_says_in_its_own() throws IOException {
    Path key = server.makeKey("sound");
    Path broken = Files.writeString(temp.resolve("broken"), "no key\n");
    assertThat(diagnostic(server.access(broken, knownHosts())))
        .satisfies(error -> {
          assertThat(error.code()).isEqualTo(Code.AUTHENTICATION_FAILED);
          assertThat(error.message())
              .contains(broken.toString(), "is no private key that is supported");
        });
    Path garbled =
        Files.writeString(
            temp.resolve("garbled"), "[127.0.0.1]:%d ssh-ed25519 A!A\n".formatted(server.port()));
    assertThat(diagnostic(server.access(key, garbled)).code()).isEqualTo(Code.HOST_KEY_REFUSED);
    try (TestSshServer old =
        new TestSshServer(
            TestSshServer.ownDirectory(temp), "KexAlgorithms diffie-hellman-group1-sha1")) {
      assertThat(diagnostic(old.access()))
          .satisfies(error -> {
            assertThat(error.message())
                .contains("offers none of the algorithms", "diffie-hellman-group1-sha1");
            assertThat(error.hint()).startsWith("let sshd there offer one of ");
          });
    }
  }

  @Test
  void tells_a_refused_port_an_unknown_name_and_silence() throws IOException {
    Path key = server.access().privateKey();
    assertThat(
            diagnostic(
                TestSshServer.access(
                    "127.0.0.1", TestSshServer.freePort(), "x", key, knownHosts())))
        .satisfies(diagnostic -> {
          assertThat(diagnostic.code()).isEqualTo(Code.UNREACHABLE);
          assertThat(diagnostic.message()).contains("connection refused");
        });
    assertThat(diagnostic(TestSshServer.access("nowhere.invalid", 22, "x", key, knownHosts())))
        .satisfies(diagnostic -> {
          assertThat(diagnostic.code()).isEqualTo(Code.UNREACHABLE);
          assertThat(diagnostic.message()).contains("unknown host name");
        });
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      assertThat(
              diagnostic(
                  TestSshServer.access("127.0.0.1", silent.getLocalPort(), "x", key, knownHosts()),
                  SHORT))
          .satisfies(diagnostic -> {
            assertThat(diagnostic.code()).isEqualTo(Code.UNREACHABLE);
            assertThat(diagnostic.message()).contains("not logged in within 1s");
            assertThat(diagnostic.hint()).contains("lower --connect-forks (now 32)");
          });
    }
  }

  @Test
  void leaves_a_silent_node_when_cancelled() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Transport transport =
            new SshTransport(
                "n1",
                TestSshServer.access(
                    "127.0.0.1",
                    silent.getLocalPort(),
                    "x",
                    server.access().privateKey(),
                    knownHosts()),
                new SshClient(new LoginQueue(32)))) {
      Cancellation cancellation = new Cancellation();
      CompletableFuture<Throwable> ended =
          fails(() -> transport.run(new Transport.Script("true"), cancellation));
      try (var _ = silent.accept()) {
        cancellation.cancel(Diagnostic.of(Code.INTERRUPTED, "enough"));
        assertThat(soon(ended)).hasMessage("enough");
      }
    }
  }

  /** The shell's end may be seen before the session's. */
  @RepeatedTest(5)
  void notices_that_the_connection_is_gone_and_connects_again() throws Exception {
    try (TestSshServer own = new TestSshServer(TestSshServer.ownDirectory(temp));
        Transport transport =
            new SshTransport("n1", own.access(), new SshClient(new LoginQueue(32)))) {
      transport.run(new Transport.Script("true"), new Cancellation());
      CompletableFuture<Throwable> ended =
          fails(() -> transport.run(new Transport.Script("sleep 3600"), new Cancellation()));
      await(() -> own.serving().stream().anyMatch(SshTransportIT::sleeps));

      own.serving().forEach(ProcessHandle::destroyForcibly);

      assertThat(soon(ended))
          .isInstanceOfSatisfying(
              Failure.class,
              failure -> assertThat(failure.diagnostic().code()).isEqualTo(Code.CONNECTION_LOST));
      assertThat(transport.run(new Transport.Script("echo on"), new Cancellation()).out())
          .isEqualTo("on\n");
    }
  }

  @Test
  void notices_a_frozen_node() throws Exception {
    try (TestSshServer own = new TestSshServer(TestSshServer.ownDirectory(temp));
        Transport transport =
            new SshTransport("n1", own.access(), new SshClient(new LoginQueue(32)), WATCHFUL)) {
      transport.run(new Transport.Script("true"), new Cancellation());
      for (ProcessHandle process : own.serving()) {
        new ProcessBuilder("kill", "-STOP", "" + process.pid()).start().waitFor();
      }

      assertThat(soon(fails(() -> transport.run(new Transport.Script("true"), new Cancellation()))))
          .isInstanceOfSatisfying(
              Failure.class,
              failure -> assertThat(failure.diagnostic().code()).isEqualTo(Code.CONNECTION_LOST));
    }
  }

  @Test
  void tells_that_there_is_no_shell() throws IOException {
    try (TestSshServer own =
            new TestSshServer(
                TestSshServer.ownDirectory(temp), "ForceCommand echo go away >&2; exit 1");
        Transport transport =
            new SshTransport("n1", own.access(), new SshClient(new LoginQueue(32)))) {
      assertThatThrownBy(() -> transport.run(new Transport.Script("true"), new Cancellation()))
          .isInstanceOfSatisfying(
              Failure.class,
              failure -> {
                assertThat(failure.diagnostic().code()).isEqualTo(Code.UNREACHABLE);
                assertThat(failure.diagnostic().message()).contains("go away");
              });
    }
  }

  @Test
  void a_login_has_the_time_that_the_inventory_gives_it() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      NodeAccess.Ssh to =
          new NodeAccess.Ssh(
              "127.0.0.1",
              silent.getLocalPort(),
              "x",
              server.access().privateKey(),
              null,
              knownHosts(),
              SECOND,
              TestSshServer.arguments("-F none -o IdentityAgent=none"));
      assertThat(diagnostic(to).message()).contains("not logged in within 1s");
    }
  }

  @Test
  void tells_how_long_a_shell_did_not_start() throws IOException {
    SshSession.Patience patience = new SshSession.Patience(TestDeadlines.SOON, SECOND, SECOND);
    try (TestSshServer own =
        new TestSshServer(TestSshServer.ownDirectory(temp), "ForceCommand exec sleep 3600")) {
      assertThat(diagnostic(own.access(), patience))
          .satisfies(diagnostic -> {
            assertThat(diagnostic.code()).isEqualTo(Code.UNREACHABLE);
            assertThat(diagnostic.message())
                .isIn(
                    "could not start a shell on the node within 1s",
                    "no SSH connection to 127.0.0.1:" + own.port() + ": not logged in within 1s");
            assertThat(diagnostic.hint()).contains("lower --connect-forks (now 32)");
          });
    }
  }

  @Test
  void who_waits_for_a_shell_holds_a_place_in_the_queue_until_it_has_started() throws Exception {
    Path gate = temp.resolve("gate");
    new ProcessBuilder("mkfifo", gate.toString()).start().waitFor();
    LoginQueue queue = new LoginQueue(1);
    try (TestSshServer slow =
            new TestSshServer(
                TestSshServer.ownDirectory(temp),
                "ForceCommand read -r x <" + gate + "; exec sh -c \"$SSH_ORIGINAL_COMMAND\"");
        Transport first = new SshTransport("n1", slow.access(), new SshClient(queue));
        Transport second = new SshTransport("n2", server.access(), new SshClient(queue))) {
      CompletableFuture<String> slowly = OwnThread.supply(() -> echo(first));
      Eventually.holds(
          "its shell reads the gate",
          () -> slow.serving().stream().anyMatch(SshTransportIT::waits));
      CompletableFuture<String> queued = OwnThread.supply(() -> echo(second));
      Eventually.holds("the other waits", () -> queue.waiting() == 1);

      Files.writeString(gate, "open\n");

      assertThat(soon(slowly)).isEqualTo("in");
      assertThat(soon(queued)).isEqualTo("in");
      assertThat(queue.waited("n2")).isPositive();
    }
  }

  private static String echo(Transport transport) {
    return transport.run(new Transport.Script("echo in"), new Cancellation()).out().strip();
  }

  /** The user's login shell, behind sshd's own processes. */
  private static boolean waits(ProcessHandle process) {
    return process.info().arguments().map(List::of).orElse(List.of()).contains("-c");
  }

  private static boolean sleeps(ProcessHandle process) {
    return process.info().commandLine().orElse("").contains("sleep 3600");
  }

  private static Path knownHosts() {
    return java.util.Objects.requireNonNull(server.access().knownHosts());
  }

  private static Diagnostic diagnostic(NodeAccess.Ssh to) {
    return diagnostic(to, WATCHFUL);
  }

  private static Diagnostic diagnostic(NodeAccess.Ssh to, SshSession.Patience patience) {
    try (Transport transport =
        new SshTransport("n1", to, new SshClient(new LoginQueue(32)), patience)) {
      transport.run(new Transport.Script("true"), new Cancellation());
      throw new AssertionError("it was reached");
    } catch (Failure e) {
      return e.diagnostic();
    }
  }
}
