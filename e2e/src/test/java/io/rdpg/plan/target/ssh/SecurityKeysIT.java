package io.rdpg.plan.target.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rdpg.plan.lab.DebianProgram;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.shell.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Logs in by keys of a security key, which only an agent can use: with OpenSSH's own ssh-keygen,
 * ssh-agent and sshd, and a security key in software in the place of a USB device.
 */
@Tag("tool")
class SecurityKeysIT {
  private static final String USER = System.getProperty("user.name");

  @TempDir static Path temp;
  @AutoClose private static TestSshServer server;
  private static Path device;

  @BeforeAll
  static void start() throws Exception {
    server = new TestSshServer(TestSshServer.ownDirectory(temp));
    device = temp.resolve("security-key.so");
    Path compiler = DebianProgram.find("gcc", "gcc");
    DebianProgram.findFile(Path.of("/usr/include/openssl/evp.h"), "libssl-dev");
    Process compiling =
        new ProcessBuilder(
                compiler.toString(),
                "-shared",
                "-fPIC",
                "-o",
                device.toString(),
                "-xc",
                "-",
                "-lcrypto")
            .redirectErrorStream(true)
            .start();
    try (var stdin = compiling.getOutputStream();
        InputStream source = SecurityKeysIT.class.getResourceAsStream("security-key.c")) {
      Objects.requireNonNull(source).transferTo(stdin);
    }
    String said = new String(compiling.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(compiling.waitFor()).as(said).isZero();
  }

  private static Path makeKey(String type) throws IOException {
    return server.makeKey("of-" + type, "-t", type, "-w", device.toString(), "-N", "");
  }

  private static NodeAccess.Ssh node(@Nullable Path key, String agent) {
    return new NodeAccess.Ssh(
        TestSshServer.HOST,
        server.port(),
        USER,
        key,
        null,
        server.file("known_hosts"),
        null,
        TestSshServer.arguments("-F none -o IdentityAgent=" + agent));
  }

  private static String run(NodeAccess.Ssh to) {
    try (SshClient client = new SshClient(new LoginQueue(1));
        Transport transport = new SshTransport("n1", to, client)) {
      return transport.run(new Transport.Script("echo in"), new Cancellation()).out().strip();
    }
  }

  private static String refusal(NodeAccess.Ssh to) {
    Failure failure = catchThrowableOfType(Failure.class, () -> run(to));
    assertThat(failure).isNotNull();
    return failure.diagnostic().message();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ed25519-sk", "ecdsa-sk"})
  void the_agent_signs_for_a_security_key(String type) throws Exception {
    Path key = makeKey(type);
    try (TestSshAgent agent = TestSshAgent.start(temp, device.toString())) {
      agent.add(key, null);
      String socket = agent.socket().toString();
      assertThat(refusal(node(key, "none")))
          .contains("passed over: " + key, "for which only the agent signs: ssh-add");
      assertThat(refusal(node(key, socket))).contains("offered: " + key + " by the agent");

      server.certifyUser(key, USER);
      assertThat(run(node(key, socket))).as("by its certificate").isEqualTo("in");
      Files.delete(key.resolveSibling(key.getFileName() + "-cert.pub"));

      server.authorize(key);
      Files.delete(key.resolveSibling(key.getFileName() + ".pub"));
      assertThat(run(node(key, socket))).as("by the file's name").isEqualTo("in");
      assertThat(run(node(null, socket))).as("by the agent alone").isEqualTo("in");
      assertThat(run(node(key, socket + " -o PubkeyAcceptedAlgorithms=sk-*")))
          .as("by a pattern of algorithms")
          .isEqualTo("in");
    }
  }
}
