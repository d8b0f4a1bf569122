package io.rdpg.plan.world.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rdpg.plan.diag.Code;
import io.rdpg.plan.diag.Diagnostic;
import io.rdpg.plan.diag.Failure;
import io.rdpg.plan.model.Access;
import io.rdpg.plan.world.Cancellation;
import io.rdpg.plan.world.reach.Reach;
import io.rdpg.plan.world.reach.ReachContract;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SshReachIT extends ReachContract {
  private static final Connection.Patience SHORT =
      new Connection.Patience(Duration.ofSeconds(2), Duration.ofMillis(500));

  @TempDir static Path temp;
  private static SshServer server;

  @BeforeAll
  static void start() throws IOException {
    server = new SshServer(SshServer.ownFolder(temp));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Override
  protected Reach open() {
    return new SshReach("n1", server.access());
  }

  @Test
  void refusesAnUnknownHostKey() throws IOException {
    Path empty = Files.createTempFile(temp, "known", "hosts");

    Diagnostic fault = fault(server.access(server.access().privateKey(), empty));

    assertThat(fault.code()).isEqualTo(Code.HOST_KEY_REFUSED);
    assertThat(fault.node()).isEqualTo("n1");
    assertThat(fault.message()).contains("is not in " + empty);
    assertThat(fault.hint()).contains("ssh-keyscan -p " + server.port());
  }

  @Test
  void refusesAHostKeyWhenThereIsNoKnownHostsFile() {
    Diagnostic fault = fault(server.access(server.access().privateKey(), temp.resolve("none")));

    assertThat(fault.code()).isEqualTo(Code.HOST_KEY_REFUSED);
  }

  @Test
  void refusesAChangedHostKey() throws IOException {
    try (SshServer other = new SshServer(SshServer.ownFolder(temp))) {
      other.trustKey(Files.readString(other.makeKey("formerly").resolveSibling("formerly.pub")));

      Diagnostic fault = fault(other.access());

      assertThat(fault.code()).isEqualTo(Code.HOST_KEY_REFUSED);
      assertThat(fault.message()).contains("is another than in");
      assertThat(fault.hint()).contains("ssh-keygen -f").contains("-R '[127.0.0.1]:");
    }
  }

  @Test
  void tellsAWrongKey() throws IOException {
    Diagnostic fault = fault(server.access(server.makeKey("wrong"), knownHosts()));

    assertThat(fault.code()).isEqualTo(Code.AUTHENTICATION_FAILED);
    assertThat(fault.hint()).contains("authorized_keys");
  }

  @Test
  void tellsAMissingKeyAndOneWithAPassphrase() throws IOException {
    assertThat(fault(server.access(temp.resolve("nokey"), knownHosts())).message())
        .contains("missing");
    Diagnostic fault =
        fault(server.access(server.makeKey("locked", "-N", "passphrase"), knownHosts()));
    assertThat(fault.code()).isEqualTo(Code.AUTHENTICATION_FAILED);
    assertThat(fault.hint()).contains("ssh-agent");
  }

  @Test
  void tellsARefusedPortAnUnknownNameAndSilence() throws IOException {
    Path key = server.access().privateKey();
    assertThat(fault(new Access.Ssh("127.0.0.1", SshServer.freePort(), "x", key, knownHosts())))
        .satisfies(fault -> {
          assertThat(fault.code()).isEqualTo(Code.UNREACHABLE);
          assertThat(fault.message()).contains("connection refused");
        });
    assertThat(fault(new Access.Ssh("nowhere.invalid", 22, "x", key, knownHosts())))
        .satisfies(fault -> {
          assertThat(fault.code()).isEqualTo(Code.UNREACHABLE);
          assertThat(fault.message()).contains("the name is not known");
        });
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      assertThat(fault(new Access.Ssh("127.0.0.1", silent.getLocalPort(), "x", key, knownHosts())))
          .satisfies(fault -> {
            assertThat(fault.code()).isEqualTo(Code.UNREACHABLE);
            assertThat(fault.message()).contains("no answer in time");
          });
    }
  }

  @Test
  void leavesASilentNodeWhenCancelled() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Reach reach =
            new SshReach(
                "n1",
                new Access.Ssh(
                    "127.0.0.1",
                    silent.getLocalPort(),
                    "x",
                    server.access().privateKey(),
                    knownHosts()))) {
      Cancellation cancellation = new Cancellation();
      CompletableFuture<Throwable> ended =
          fails(() -> reach.run(new Reach.Script("true"), cancellation));
      try (var _ = silent.accept()) {
        cancellation.cancel(Diagnostic.of(Code.INTERRUPTED, "enough"));
        assertThat(ended.get(2, TimeUnit.SECONDS)).hasMessage("enough");
      }
    }
  }

  /** The shell's end may be seen before the session's. */
  @RepeatedTest(5)
  void noticesThatTheConnectionIsGoneAndConnectsAgain() throws Exception {
    try (SshServer own = new SshServer(SshServer.ownFolder(temp));
        Reach reach = new SshReach("n1", own.access())) {
      reach.run(new Reach.Script("true"), new Cancellation());
      CompletableFuture<Throwable> ended =
          fails(() -> reach.run(new Reach.Script("sleep 100"), new Cancellation()));
      await(() -> own.serving().stream().anyMatch(SshReachIT::sleeps));

      own.serving().forEach(ProcessHandle::destroyForcibly);

      assertThat(ended.get(10, TimeUnit.SECONDS))
          .isInstanceOfSatisfying(
              Failure.class,
              failure -> assertThat(failure.diagnostic().code()).isEqualTo(Code.CONNECTION_LOST));
      assertThat(reach.run(new Reach.Script("echo on"), new Cancellation()).out())
          .isEqualTo("on\n");
    }
  }

  @Test
  void noticesAFrozenNode() throws Exception {
    try (SshServer own = new SshServer(SshServer.ownFolder(temp));
        Reach reach = new SshReach("n1", own.access(), SHORT)) {
      reach.run(new Reach.Script("true"), new Cancellation());
      for (ProcessHandle process : own.serving()) {
        new ProcessBuilder("kill", "-STOP", "" + process.pid()).start().waitFor();
      }

      assertThat(
              fails(() -> reach.run(new Reach.Script("true"), new Cancellation()))
                  .get(10, TimeUnit.SECONDS))
          .isInstanceOfSatisfying(
              Failure.class,
              failure -> assertThat(failure.diagnostic().code()).isEqualTo(Code.CONNECTION_LOST));
    }
  }

  @Test
  void tellsThatConnectionsAreForbidden() throws IOException {
    try (SshServer own = new SshServer(SshServer.ownFolder(temp), "AllowTcpForwarding no");
        Reach reach = new SshReach("n1", own.access())) {
      assertThatThrownBy(() -> reach.open("127.0.0.1", own.port(), Duration.ofSeconds(5)))
          .isInstanceOfSatisfying(
              Failure.class,
              failure -> assertThat(failure.diagnostic().hint()).contains("AllowTcpForwarding"));
    }
  }

  @Test
  void tellsThatThereIsNoShell() throws IOException {
    try (SshServer own =
            new SshServer(SshServer.ownFolder(temp), "ForceCommand echo go away >&2; exit 1");
        Reach reach = new SshReach("n1", own.access())) {
      assertThatThrownBy(() -> reach.run(new Reach.Script("true"), new Cancellation()))
          .isInstanceOfSatisfying(
              Failure.class,
              failure -> {
                assertThat(failure.diagnostic().code()).isEqualTo(Code.UNREACHABLE);
                assertThat(failure.diagnostic().message()).contains("go away");
              });
    }
  }

  private static boolean sleeps(ProcessHandle process) {
    return process.info().commandLine().orElse("").contains("sleep 100");
  }

  private static Path knownHosts() {
    return java.util.Objects.requireNonNull(server.access().knownHosts());
  }

  private static Diagnostic fault(Access.Ssh to) {
    try (Reach reach = new SshReach("n1", to, SHORT)) {
      reach.run(new Reach.Script("true"), new Cancellation());
      throw new AssertionError("it was reached");
    } catch (Failure e) {
      return e.diagnostic();
    }
  }
}
