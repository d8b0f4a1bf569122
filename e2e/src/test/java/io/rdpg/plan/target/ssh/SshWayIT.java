package io.rdpg.plan.target.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.errorprone.annotations.FormatMethod;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.shell.Transport;
import io.rdpg.plan.target.ssh.config.OpenSshConfig;
import io.rdpg.plan.target.ssh.config.Surroundings;
import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.OwnThread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reaches real sshds by a user's ssh configuration, over jump hosts, with all kinds of keys. */
@Tag("server")
class SshWayIT {
  private static final String LOCAL_USER = System.getProperty("user.name");

  @TempDir static Path temp;
  @AutoClose private static TestSshServer bastion;
  @AutoClose private static TestSshServer target;

  @TempDir private Path home;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeAll
  static void start() throws IOException {
    bastion = new TestSshServer(TestSshServer.ownDirectory(temp), "LogLevel VERBOSE");
    target = new TestSshServer(TestSshServer.ownDirectory(temp), "LogLevel VERBOSE");
  }

  @BeforeEach
  void prepareHome() throws IOException {
    Files.createDirectory(home.resolve(".ssh"));
  }

  @FormatMethod
  private void config(String text, Object... values) throws IOException {
    Files.writeString(home.resolve(".ssh/config"), text.formatted(values));
  }

  private SshClient client(LoginQueue queue) {
    return new SshClient(
        queue,
        new OpenSshConfig(new Surroundings(home, home.resolve("etc"), LOCAL_USER, environment)));
  }

  private static NodeAccess.Ssh node(String host, String... arguments) {
    return new NodeAccess.Ssh(
        host,
        null,
        null,
        null,
        null,
        null,
        null,
        TestSshServer.arguments(String.join(" ", arguments)));
  }

  private static String stanza(String alias, TestSshServer server, String... more) {
    return "Host %s\n  HostName %s\n  Port %d\n  IdentityFile %s\n  UserKnownHostsFile %s\n  %s\n"
        .formatted(
            alias,
            TestSshServer.HOST,
            server.port(),
            server.file("user"),
            server.file("known_hosts"),
            String.join("\n  ", more));
  }

  private String run(NodeAccess.Ssh to, String script) {
    try (SshClient client = client(new LoginQueue(1));
        Transport transport = new SshTransport("n1", to, client)) {
      return transport.run(new Transport.Script(script), new Cancellation()).out().strip();
    }
  }

  private static List<String> since(int lines, TestSshServer server) throws IOException {
    return server.log().stream().skip(lines).toList();
  }

  private Diagnostic refusal(NodeAccess.Ssh to) {
    Failure failure = catchThrowableOfType(Failure.class, () -> run(to, "true"));
    assertThat(failure).isNotNull();
    return failure.diagnostic();
  }

  @Test
  void an_alias_of_the_configuration_is_reached() throws IOException {
    config("%s", stanza("db", target));

    assertThat(run(node("db"), "echo in")).isEqualTo("in");
  }

  @Test
  void the_inventory_wins_over_the_configuration() throws IOException {
    config("%s", stanza("db", target, "User nobody-here").replaceFirst("Port \\d+", "Port 1"));

    assertThat(
            run(
                new NodeAccess.Ssh(
                    "db",
                    target.port(),
                    LOCAL_USER,
                    target.file("user"),
                    null,
                    target.file("known_hosts"),
                    null,
                    TestSshServer.arguments("")),
                "echo in"))
        .isEqualTo("in");
  }

  @Test
  void a_jump_host_and_its_own_configuration() throws IOException {
    config("%s%s", stanza("bastion", bastion), stanza("db", target, "ProxyJump bastion"));
    int before = bastion.log().size();

    assertThat(run(node("db"), "echo $SSH_CONNECTION")).contains(" " + target.port());
    assertThat(since(before, bastion)).anyMatch(line -> line.contains("Accepted publickey"));
  }

  @Test
  void two_jump_hosts_that_the_inventory_names() throws IOException {
    try (TestSshServer second =
        new TestSshServer(TestSshServer.ownDirectory(temp), "LogLevel VERBOSE")) {
      config("%s%s%s", stanza("a", bastion), stanza("b", second), stanza("db", target));

      assertThat(run(node("db", "-J", "a," + LOCAL_USER + "@b"), "echo in")).isEqualTo("in");
      assertThat(second.log()).anyMatch(line -> line.contains("Accepted publickey"));
    }
  }

  @Test
  void many_nodes_share_one_session_to_their_jump_host() throws IOException {
    try (TestSshServer narrow =
        new TestSshServer(
            TestSshServer.ownDirectory(temp),
            "LogLevel VERBOSE",
            "MaxStartups 1",
            "MaxSessions 1")) {
      config("%s%s", stanza("bastion", narrow), stanza("db*", target, "ProxyJump bastion"));
      try (SshClient client = client(new LoginQueue(2))) {
        List<CompletableFuture<String>> replies =
            IntStream.range(0, 12)
                .mapToObj(i ->
                    OwnThread.supply(() -> {
                      try (Transport transport =
                          new SshTransport("n" + i, node("db" + i), client)) {
                        return transport
                            .run(new Transport.Script("echo in"), new Cancellation())
                            .out();
                      }
                    }))
                .toList();
        assertThat(replies.stream().map(CompletableFuture::join)).hasSize(12).containsOnly("in\n");
      }
      assertThat(narrow.log().stream().filter(line -> line.contains("Accepted publickey")))
          .hasSize(1);
    }
  }

  @Test
  void an_error_says_which_host_of_the_way_it_is_about() throws IOException {
    config(
        "%s%s",
        stanza("bastion", bastion, "HostKeyAlias elsewhere"),
        stanza("db", target, "ProxyJump bastion"));
    assertThat(refusal(node("db")))
        .satisfies(diagnostic -> {
          assertThat(diagnostic.code()).isEqualTo(Code.HOST_KEY_REFUSED);
          assertThat(diagnostic.node()).isEqualTo("n1");
          assertThat(diagnostic.message())
              .contains("the jump host 127.0.0.1:" + bastion.port())
              .contains("ssh-ed25519 SHA256:");
        });

    config(
        "%s%s",
        stanza("bastion", bastion),
        stanza("db", target, "ProxyJump bastion").replaceFirst("Port \\d+", "Port 1"));
    assertThat(refusal(node("db")).message())
        .contains("no SSH connection to 127.0.0.1:1 through the jump host 127.0.0.1:");

    try (TestSshServer closed =
        new TestSshServer(TestSshServer.ownDirectory(temp), "AllowTcpForwarding no")) {
      config("%s%s", stanza("bastion", closed), stanza("db", target, "ProxyJump bastion"));
      assertThat(refusal(node("db")))
          .satisfies(diagnostic -> {
            assertThat(diagnostic.message()).contains("its sshd refuses to forward");
            assertThat(diagnostic.hint()).contains("AllowTcpForwarding");
          });
    }
  }

  @Test
  void a_jump_host_through_itself_is_refused() throws IOException {
    config("Host *\n  ProxyJump bastion\n");

    assertThat(refusal(node("db")))
        .satisfies(diagnostic -> {
          assertThat(diagnostic.code()).isEqualTo(Code.BAD_VALUE);
          assertThat(diagnostic.message()).contains("through itself");
          assertThat(diagnostic.at()).isNotNull();
        });
  }

  @Test
  void a_proxy_command_is_the_connection_and_its_errors_are_ours() throws IOException {
    config(
        "%s",
        stanza(
            "db",
            target,
            "ProxyCommand ssh -F none -i %s -o UserKnownHostsFile=%s -p %d -W %%h:%%p %s"
                .formatted(
                    bastion.file("user"),
                    bastion.file("known_hosts"),
                    bastion.port(),
                    TestSshServer.HOST)));
    assertThat(run(node("db"), "echo in")).isEqualTo("in");

    config("%s", stanza("db", target, "ProxyCommand sh -c 'echo no way >&2; exit 9'"));
    assertThat(refusal(node("db")).message())
        .contains("its ProxyCommand exited with 9")
        .contains("no way");

    config("%s", stanza("db", target, "ProxyCommand no-such-program %%h"));
    assertThat(refusal(node("db")).message()).contains("exited with 127").contains("not found");
  }

  @Test
  void what_is_not_understood_is_refused_with_its_place() throws IOException {
    config("Host other\n  BindAddress 10.0.0.1\nHost db\n  ForwardAgent yes\n  BindAddress ::1\n");
    assertThat(refusal(node("db")))
        .satisfies(diagnostic -> {
          assertThat(diagnostic.code().exit().number()).isEqualTo(2);
          assertThat(diagnostic.message()).contains("BindAddress");
          assertThat(Objects.requireNonNull(diagnostic.at()).line()).isEqualTo(5);
          assertThat(Objects.requireNonNull(diagnostic.at()).file()).endsWith(".ssh/config");
        });
    assertThat(refusal(node("other", "-w", "1")).message()).contains("-w");
    assertThat(refusal(node("other", "-o", "Prot=22")).message()).contains("'Prot'");
  }

  @Test
  void a_name_that_means_something_to_shells_is_refused() throws IOException {
    config("Match exec \"true %%n\"\n");
    for (String name : List.of("-oProxyCommand=x", "a;b", "$(x)", "a b", "`x`")) {
      assertThat(refusal(node(name)).code()).as(name).isEqualTo(Code.BAD_VALUE);
    }
  }

  @Test
  void the_agent_signs_for_a_key_with_a_passphrase() throws Exception {
    Path locked = target.makeKey("locked-by-agent", "-N", "pass");
    target.authorize(locked);
    config("%s", stanza("db", target).replaceFirst("IdentityFile \\S+", "IdentityFile " + locked));

    assertThat(refusal(node("db")).message())
        .contains("offered: no key")
        .contains("passed over: " + locked + " (has a passphrase, and is not in the agent)");

    try (TestSshAgent agent = TestSshAgent.start(temp)) {
      environment.put("SSH_AUTH_SOCK", agent.socket().toString());
      agent.add(bastion.file("user"), null);
      agent.add(locked, "pass");
      assertThat(run(node("db"), "echo in")).isEqualTo("in");

      Files.delete(locked);
      assertThat(run(node("db"), "echo in")).as("by its .pub").isEqualTo("in");
    }
  }

  @Test
  void keys_that_were_offered_and_refused_are_named() throws Exception {
    Path wrong = target.makeKey("stranger");
    try (TestSshAgent agent = TestSshAgent.start(temp)) {
      agent.add(bastion.file("user"), null);
      environment.put("SSH_AUTH_SOCK", agent.socket().toString());
      config("%s", stanza("db", target).replaceFirst("IdentityFile \\S+", "IdentityFile " + wrong));
      assertThat(refusal(node("db")))
          .satisfies(diagnostic -> {
            assertThat(diagnostic.code()).isEqualTo(Code.AUTHENTICATION_FAILED);
            assertThat(diagnostic.message())
                .contains("offered: " + wrong + ", 'test' of the agent");
          });
      config(
          "%s",
          stanza("db", target, "IdentitiesOnly yes")
              .replaceFirst("IdentityFile \\S+", "IdentityFile " + wrong));
      assertThat(refusal(node("db")).message()).doesNotContain("of the agent");
    }
  }

  @Test
  void the_agent_is_asked_before_the_usual_keys() throws Exception {
    config("%s", stanza("db", target).replaceFirst("IdentityFile \\S+", ""));
    Files.copy(target.file("user"), home.resolve(".ssh/id_ed25519"));
    Files.copy(bastion.file("user"), home.resolve(".ssh/id_rsa"));
    try (TestSshAgent agent = TestSshAgent.start(temp)) {
      agent.add(target.file("user"), null);
      environment.put("SSH_AUTH_SOCK", agent.socket().toString());
      int before = target.log().size();
      assertThat(run(node("db"), "echo in")).isEqualTo("in");
      assertThat(since(before, target)).noneMatch(line -> line.contains("Failed publickey"));
    }
    environment.remove("SSH_AUTH_SOCK");
    assertThat(run(node("db"), "echo in")).as("by its file").isEqualTo("in");
  }

  /** In each form and with each cipher in which ssh-keygen writes one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "-t ed25519",
        "-t rsa -m PEM",
        "-t rsa -m PKCS8",
        "-t ecdsa -m PEM",
        "-t ecdsa -m PKCS8",
        "-t ed25519 -Z 3des-cbc",
        "-t ed25519 -Z aes128-cbc",
        "-t ed25519 -Z aes192-cbc",
        "-t ed25519 -Z aes256-cbc",
        "-t ed25519 -Z aes128-ctr",
        "-t ed25519 -Z aes192-ctr",
        "-t ed25519 -Z aes128-gcm@openssh.com",
        "-t ed25519 -Z aes256-gcm@openssh.com"
      })
  void a_passphrase_opens_a_key(String form) throws IOException {
    List<String> options = new ArrayList<>(List.of(form.split(" ", -1)));
    options.addAll(List.of("-N", "right"));
    Path locked = target.makeKey(form.replaceAll("\\W+", "_"), options.toArray(String[]::new));
    target.authorize(locked);
    assertThat(run(withPassphrase(locked, "right"), "echo in")).isEqualTo("in");
    assertThat(refusal(withPassphrase(locked, "wrong-one")).message())
        .contains("has another passphrase")
        .doesNotContain("wrong-one");
  }

  @Test
  void only_the_agent_opens_a_key_whose_cipher_is_not_in_the_jdk() throws Exception {
    Path locked = target.makeKey("of-chacha", "-N", "right", "-Z", "chacha20-poly1305@openssh.com");
    target.authorize(locked);
    assertThat(refusal(withPassphrase(locked, "right")).message())
        .contains(locked + " (is no private key", "cipher chacha20-poly1305@openssh.com");
    try (TestSshAgent agent = TestSshAgent.start(temp)) {
      agent.add(locked, "right");
      environment.put("SSH_AUTH_SOCK", agent.socket().toString());
      config(
          "%s", stanza("db", target).replaceFirst("IdentityFile \\S+", "IdentityFile " + locked));
      assertThat(run(node("db"), "echo in")).isEqualTo("in");
    }
  }

  private static NodeAccess.Ssh withPassphrase(Path key, String passphrase) {
    return new NodeAccess.Ssh(
        TestSshServer.HOST,
        target.port(),
        null,
        key,
        Text.secret(passphrase),
        target.file("known_hosts"),
        null,
        TestSshServer.arguments("-F none"));
  }

  @ParameterizedTest
  @CsvSource({"rsa,2048", "ecdsa,256", "ecdsa,384", "ecdsa,521", "ed25519,256"})
  void every_kind_of_key_with_and_without_a_certificate(String type, int bits) throws Exception {
    Path key = target.makeKey("of-" + type + bits, "-t", type, "-b", "" + bits, "-N", "");
    int before = target.log().size();
    assertThat(refusal(withPassphrase(key, "none")).message()).contains("offered: " + key);
    assertThat(since(before, target).stream().filter(line -> line.contains("Failed publickey")))
        .as("offers, which sshd counts")
        .hasSize(1);

    target.certifyUser(key, LOCAL_USER);
    assertThat(run(withPassphrase(key, "none"), "echo in"))
        .as("by its certificate")
        .isEqualTo("in");

    try (TestSshAgent agent = TestSshAgent.start(temp)) {
      agent.add(key, null);
      environment.put("SSH_AUTH_SOCK", agent.socket().toString());
      Path certificate = key.resolveSibling(key.getFileName() + "-cert.pub");
      Path elsewhere = Files.move(certificate, temp.resolve("certificate-" + type + bits));
      Path hidden = Files.move(key, temp.resolve("hidden-" + type + bits));
      config(
          "%s",
          stanza("db", target, "CertificateFile " + elsewhere)
              .replaceFirst("IdentityFile \\S+", "IdentityFile " + key));
      assertThat(run(node("db"), "echo in")).as("signed by the agent").isEqualTo("in");
      Files.move(hidden, key);
    }
    environment.remove("SSH_AUTH_SOCK");
    target.authorize(key);
    assertThat(run(withPassphrase(key, "none"), "echo in")).as("by its file").isEqualTo("in");
  }

  @ParameterizedTest
  @CsvSource({"rsa,2048", "ecdsa,256", "ecdsa,384", "ecdsa,521", "ed25519,256"})
  void every_kind_of_host_key(String type, int bits) throws IOException {
    try (TestSshServer other =
        TestSshServer.withHostKey(
            TestSshServer.ownDirectory(temp), "-t", type, "-b", "" + bits, "-N", "")) {
      config("%s", stanza("db", other));
      assertThat(run(node("db"), "echo in")).isEqualTo("in");
    }
  }

  /** OpenSSH makes such keys still, and takes them only where both sides are told to. */
  @Test
  void keys_of_an_old_kind_where_the_configuration_takes_them() throws IOException {
    Path directory = TestSshServer.ownDirectory(temp);
    TestSshServer.keygen("-q", "-f", directory.resolve("host").toString(), "-t", "dsa", "-N", "");
    try (TestSshServer old =
        new TestSshServer(
            directory, "HostKeyAlgorithms +ssh-dss", "PubkeyAcceptedAlgorithms +ssh-dss")) {
      Path key = old.makeKey("of-dsa", "-t", "dsa", "-N", "");
      old.authorize(key);
      String way = stanza("db", old).replaceFirst("IdentityFile \\S+", "IdentityFile " + key);
      config("%s", way);
      assertThat(refusal(node("db")).code()).isEqualTo(Code.UNREACHABLE);
      config("%s  HostKeyAlgorithms +ssh-dss\n", way);
      assertThat(refusal(node("db")).code()).isEqualTo(Code.AUTHENTICATION_FAILED);
      config("%s  HostKeyAlgorithms +ssh-dss\n  PubkeyAcceptedAlgorithms +ssh-dss\n", way);
      assertThat(run(node("db"), "echo in")).isEqualTo("in");
    }
  }

  @Test
  void known_hosts_by_hash_pattern_authority_and_revocation() throws Exception {
    Path known = home.resolve("known");
    config(
        "%s",
        stanza("db", target)
            .replaceFirst("UserKnownHostsFile \\S+", "UserKnownHostsFile " + known));
    String key = Files.readString(target.file("host.pub"));
    String other = Files.readString(bastion.file("host.pub"));

    Files.writeString(known, "[127.0.0.1]:" + target.port() + " " + key);
    TestSshServer.keygen("-H", "-f", known.toString());
    assertThat(Files.readString(known)).startsWith("|1|");
    assertThat(run(node("db"), "echo in")).isEqualTo("in");

    Files.writeString(known, "# a comment\n\n[127.0.*]:*,!*.2 " + key);
    assertThat(run(node("db"), "echo in")).isEqualTo("in");

    Files.writeString(known, "127.0.0.1 " + other + "\n127.0.0.1 " + key);
    assertThat(run(node("db"), "echo in")).as("without its port").isEqualTo("in");

    Files.writeString(known, "![127*,!127*,* " + key);
    assertThat(refusal(node("db")).message()).contains("is not in " + known);

    Files.writeString(known, "* " + key + "\n@revoked * " + key);
    assertThat(refusal(node("db")).message()).contains("is revoked at " + known + ":3");

    Files.createDirectory(home.resolve("etc"));
    Files.delete(known);
    Files.writeString(home.resolve("etc/ssh_known_hosts"), "* " + key);
    assertThat(run(node("db"), "echo in")).as("of all users").isEqualTo("in");
  }

  @Test
  void a_host_certificate_of_a_trusted_authority() throws Exception {
    Path directory = TestSshServer.ownDirectory(temp);
    try (TestSshServer certified = TestSshServer.withHostCertificate(directory, "db.example.org")) {
      Path known = home.resolve("known");
      config(
          "%s",
          stanza("db", certified, "HostKeyAlias db.example.org")
              .replaceFirst("UserKnownHostsFile \\S+", "UserKnownHostsFile " + known));
      String authority = Files.readString(certified.file("ca.pub"));

      Files.writeString(known, "@cert-authority *.example.org " + authority);
      assertThat(run(node("db"), "echo in")).isEqualTo("in");

      Files.writeString(known, "@cert-authority *.example.com " + authority);
      assertThat(refusal(node("db")).code()).isEqualTo(Code.HOST_KEY_REFUSED);

      Files.writeString(
          known, "@cert-authority *.example.org " + authority + "@revoked * " + authority);
      assertThat(refusal(node("db")).code()).isEqualTo(Code.HOST_KEY_REFUSED);

      config(
          "%s",
          stanza("db", certified, "HostKeyAlias another.example.org")
              .replaceFirst("UserKnownHostsFile \\S+", "UserKnownHostsFile " + known));
      Files.writeString(known, "@cert-authority *.example.org " + authority);
      assertThat(refusal(node("db")).message())
          .contains("no trusted authority has signed it for this name");
    }
  }

  @Test
  void an_unknown_host_stays_unknown_whatever_the_configuration_says() throws IOException {
    config(
        "%s",
        stanza("db", target, "StrictHostKeyChecking accept-new")
            .replaceFirst("UserKnownHostsFile \\S+", "UserKnownHostsFile /dev/null"));

    assertThat(refusal(node("db")).message())
        .contains("StrictHostKeyChecking accept-new")
        .contains("is not followed");
  }

  @Test
  void algorithms_are_restricted() throws IOException {
    config(
        "%s",
        stanza("db", target, "Ciphers aes256-ctr", "MACs ^hmac-sha2-512", "KexAlgorithms -mlkem*"));
    assertThat(run(node("db"), "echo in")).isEqualTo("in");

    config("%s", stanza("db", target, "Ciphers rot13,none-such"));
    assertThat(refusal(node("db")).message()).contains("Ciphers").contains("rot13");
    assertThat(Objects.requireNonNull(refusal(node("db")).at()).line()).isEqualTo(6);
    assertThat(Objects.requireNonNull(refusal(node("db", "-o", "Ciphers=rot13")).at()).file())
        .as("where the inventory says it")
        .doesNotEndWith(".ssh/config");
  }

  @Test
  void short_keys_of_rsa_are_refused() throws IOException {
    try (TestSshServer short2048 =
        TestSshServer.withHostKey(
            TestSshServer.ownDirectory(temp), "-t", "rsa", "-b", "2048", "-N", "")) {
      config("%s", stanza("db", short2048, "RequiredRSASize 2048"));
      assertThat(run(node("db"), "echo in")).isEqualTo("in");
      config("%s", stanza("db", short2048, "RequiredRSASize 3072"));
      assertThat(refusal(node("db")))
          .satisfies(refusal -> {
            assertThat(refusal.code()).isEqualTo(Code.HOST_KEY_REFUSED);
            assertThat(refusal.message()).contains("has less than 3072 bits");
          });
    }
    Path key = target.makeKey("of-short-rsa", "-t", "rsa", "-b", "2048", "-N", "");
    target.authorize(key);
    config(
        "%s",
        stanza("db", target, "RequiredRSASize 3072")
            .replaceFirst("IdentityFile \\S+", "IdentityFile " + key));
    assertThat(refusal(node("db")).message())
        .contains("offered: no key; passed over: " + key + " (has less than the 3072 bits");
  }

  @Test
  void commands_are_given_what_the_configuration_sets() throws IOException {
    try (TestSshServer accepting =
        new TestSshServer(TestSshServer.ownDirectory(temp), "AcceptEnv GREETING")) {
      config("%s", stanza("db", accepting, "SetEnv GREETING=\"hello there\" OTHER=x"));
      assertThat(run(node("db"), "echo \"$GREETING${OTHER:-, and nothing else}\""))
          .isEqualTo("hello there, and nothing else");
    }
  }

  @Test
  void a_lost_jump_host_is_reached_again() throws Exception {
    try (TestSshServer own = new TestSshServer(TestSshServer.ownDirectory(temp))) {
      config("%s%s", stanza("bastion", own), stanza("db", target, "ProxyJump bastion"));
      try (SshClient client = client(new LoginQueue(4));
          Transport transport = new SshTransport("n1", node("db"), client)) {
        assertThat(echo(transport)).isEqualTo("in\n");
        own.serving().forEach(ProcessHandle::destroyForcibly);
        Eventually.holds("it is there again", () -> echoes(transport));
      }
    }
  }

  private static boolean echoes(Transport transport) {
    try {
      return "in\n".equals(echo(transport));
    } catch (Failure lost) {
      return false;
    }
  }

  private static @Nullable String echo(Transport transport) {
    return transport.run(new Transport.Script("echo in"), new Cancellation()).out();
  }
}
