package io.rdpg.plan.target.ssh.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.NodeAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenSshConfigTest {
  @TempDir private Path home;

  @BeforeEach
  void directories() throws IOException {
    Files.createDirectories(home.resolve(".ssh/conf.d"));
    Files.createDirectories(home.resolve("etc"));
  }

  private void config(String text) throws IOException {
    Files.writeString(home.resolve(".ssh/config"), text);
  }

  private Hop resolve(String host, String... arguments) {
    return new OpenSshConfig(
            new Surroundings(
                home,
                home.resolve("etc"),
                "me",
                Map.of("KEYS", "/keys", "SSH_AUTH_SOCK", "/agent")))
        .resolve(
            new NodeAccess.Ssh(
                host,
                null,
                null,
                null,
                null,
                null,
                null,
                new NodeAccess.SshArguments(
                    List.of(),
                    List.of(
                        new NodeAccess.SshArgument(
                            Span.of("arguments"), String.join(" ", arguments))))));
  }

  private Diagnostic refusal(String host, String... arguments) {
    return Objects.requireNonNull(
            catchThrowableOfType(Failure.class, () -> resolve(host, arguments)))
        .diagnostic();
  }

  /** The hosts on the way, the first one first. */
  private static List<String> way(Hop hop) {
    List<String> way = new ArrayList<>();
    for (Hop one = hop; one != null; one = one.via() instanceof Hop.Jump(Hop last) ? last : null) {
      way.addFirst(one.user() + "@" + one.place());
    }
    return way;
  }

  @Test
  void without_a_configuration_openssh_s_defaults_count() {
    Hop hop = resolve("Db1");

    assertThat(way(hop)).containsExactly("me@db1:22");
    assertThat(hop.via()).isEqualTo(new Hop.Direct());
    assertThat(hop.keys().usual()).isTrue();
    assertThat(hop.keys().named().getFirst()).isEqualTo(home.resolve(".ssh/id_rsa"));
    assertThat(hop.keys().agent()).isEqualTo(Path.of("/agent"));
    assertThat(hop.trust().user().getFirst()).isEqualTo(home.resolve(".ssh/known_hosts"));
    assertThat(hop.trust().global().getFirst()).isEqualTo(home.resolve("etc/ssh_known_hosts"));
    assertThat(hop.connectTimeout()).isNull();
    assertThat(hop.silence()).isNull();
  }

  @Test
  void the_system_s_configuration_comes_after_the_user_s() throws IOException {
    config("Host db\n  Port 7\n");
    Files.writeString(home.resolve("etc/ssh_config"), "Port 8\nUser system\nInclude more\n");
    Files.writeString(home.resolve("etc/more"), "ConnectTimeout 9\n");

    assertThat(way(resolve("db"))).containsExactly("system@db:7");
    assertThat(resolve("db").connectTimeout()).isEqualTo(Duration.ofSeconds(9));
  }

  @Test
  void files_that_a_pattern_includes_are_read_in_order_below_the_user_s_directory()
      throws IOException {
    config("Include conf.d/*.conf missing\n");
    Files.writeString(home.resolve(".ssh/conf.d/2.conf"), "Port 2\nUser two\n");
    Files.writeString(home.resolve(".ssh/conf.d/1.conf"), "Port 1\n");
    Files.writeString(home.resolve(".ssh/conf.d/.0.conf"), "Port 3\n");

    assertThat(way(resolve("db"))).containsExactly("two@db:1");
  }

  @Test
  void files_that_include_each_other_are_refused() throws IOException {
    config("Include config\n");

    assertThat(refusal("db").message()).contains("include each other");
  }

  @Test
  void tokens_and_variables_are_expanded() throws IOException {
    config(
        """
        Host db
          HostName %h.example.org
          User deploy
          Port 7
          IdentityFile ~/.ssh/%r@%h:%p-%n-%u-%%
          IdentityFile ${KEYS}/%n
          IdentityAgent ~/agent-%n
          HostKeyAlias alias
          UserKnownHostsFile %d/known-%k
        """);
    Hop hop = resolve("db");

    assertThat(hop.keys().named())
        .containsExactly(home.resolve(".ssh/deploy@db.example.org:7-db-me-%"), Path.of("/keys/db"));
    assertThat(hop.keys().agent()).isEqualTo(home.resolve("agent-db"));
    assertThat(hop.trust().user()).containsExactly(home.resolve("known-alias"));

    config("IdentityFile /%q\n");
    assertThat(refusal("db").message()).contains("%q is not expanded here");
    config("IdentityFile ${NOWHERE}/k\n");
    assertThat(refusal("db").message()).contains("no environment variable NOWHERE");
  }

  @Test
  void each_jump_host_has_its_own_configuration_and_only_the_first_its_own_way()
      throws IOException {
    config(
        """
        Host a
          HostName 10.0.0.1
          User ua
          ProxyJump z
        Host b
          Port 77
          ProxyJump elsewhere
        Host db
          ProxyJump a,ub@b,[fd00::1]:23
        """);

    assertThat(way(resolve("db")))
        .containsExactly("me@z:22", "ua@10.0.0.1:22", "ub@b:77", "me@[fd00::1]:23", "me@db:22");
    assertThat(way(resolve("db", "-J", "none"))).containsExactly("me@db:22");
    assertThat(way(resolve("db", "-J", "ssh://x@y:5"))).containsExactly("x@y:5", "me@db:22");
  }

  @Test
  void what_the_inventory_says_of_a_node_is_not_said_of_its_jump_hosts() {
    assertThat(way(resolve("db", "-J", "jump", "-p", "7", "-l", "u")))
        .containsExactly("me@jump:22", "u@db:7");
  }

  @Test
  void equal_jump_hosts_are_equal_so_that_their_session_is_shared() {
    assertThat(resolve("db1", "-J", "jump").via()).isEqualTo(resolve("db2", "-J", "jump").via());
  }

  @Test
  void a_way_that_never_begins_is_refused() throws IOException {
    config("Host *\n  ProxyJump jump\n");
    assertThat(refusal("db").message()).contains("the jump host jump", "through itself");
    assertThat(refusal("db").hint()).contains("ProxyJump none");

    config("Host a\n  ProxyJump b\nHost b\n  ProxyJump a\n");
    assertThat(refusal("a").message()).contains("through itself");

    config("Host jump\n  ProxyJump none\nHost *\n  ProxyJump jump\n");
    assertThat(way(resolve("db"))).containsExactly("me@jump:22", "me@db:22");

    config("Host *\n  ProxyJump b-%h\n");
    assertThat(refusal("db").message())
        .contains("the way to db:22 goes through more than 16 hosts: b-db:22, b-b-db:22, ");

    config("Host *\n  ProxyCommand NONE\n");
    assertThat(way(resolve("db"))).containsExactly("me@db:22");
  }

  @Test
  void a_proxy_command_knows_where_to() throws IOException {
    config("Host db\n  HostName 10.0.0.1\n  ProxyCommand nc -x \"p\" %h %p %r %n\n");

    assertThat(resolve("db").via())
        .isInstanceOfSatisfying(
            Hop.Command.class,
            command -> assertThat(command.line()).isEqualTo("nc -x \"p\" 10.0.0.1 22 me db"));
  }

  @Test
  void what_cannot_be_done_is_refused_where_it_applies() throws IOException {
    for (String line :
        List.of(
            "BindAddress 10.0.0.1",
            "CanonicalizeHostname yes",
            "KnownHostsCommand /bin/x",
            "PKCS11Provider /lib/x",
            "ProxyUseFdpass yes",
            "PubkeyAuthentication no",
            "CheckHostIP yes",
            "PermitLocalCommand yes",
            "PreferredAuthentications password",
            "RevokedHostKeys /x",
            "AddressFamily other",
            "StrictHostKeyChecking perhaps",
            "ConnectTimeout soon",
            "Match tagged x",
            "FutureKeyword x")) {
      config("Host db\n  ForwardAgent yes\n  " + line + "\n");
      assertThat(refusal("db").message())
          .as(line)
          .contains(line.split(" ", -1)[line.startsWith("Match") ? 1 : 0]);
      assertThat(Objects.requireNonNull(refusal("db").at()).line()).as(line).isEqualTo(3);
      if (!line.startsWith("Match")) {
        assertThat(way(resolve("other"))).as(line).hasSize(1);
      }
    }
    config("CanonicalizeHostname no\nPubkeyAuthentication yes\nKnownHostsCommand none\n");
    assertThat(way(resolve("db"))).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Port 0                    | from 1 to 65535",
        "Port 70000                | from 1 to 65535",
        "Port ssh                  | from 1 to 65535",
        "ProxyJump b:0             | from 1 to 65535",
        "ProxyJump a,b:70000       | from 1 to 65535",
        "ProxyJump -b              | '-b' can't be the name of a host",
        "ProxyJump a;b@c           | 'a;b' can't be the name of a user",
        "ProxyJump b/x             | 'b/x' is no host",
        "ProxyJump %k              | %k is not expanded here",
        "IdentityFile /%C          | %C is not expanded here",
        "IdentityFile /${KEYS      | isn't closed",
        "IdentityFile ~no-such/x   | there is no user no-such",
        "IdentityAgent ~no-such/x  | there is no user no-such",
        "UserKnownHostsFile none / | must stand alone",
        "User %u                   | nothing in it is expanded",
        "ConnectionAttempts 0      | from 1 to 1000",
        "ServerAliveCountMax x     | must be a number",
        "RequiredRSASize x         | must be a number",
        "SetEnv A                  | NAME=VALUE",
      })
  void nonsense_is_refused_where_it_is_written(String line, String why) throws IOException {
    config("Host db\n  ForwardAgent yes\n  " + line + "\n");
    assertThat(shown(refusal("db"))).contains(why).contains("config:3:1");

    config("");
    assertThat(shown(refusal("db", "-o", "'" + line + "'"))).contains(why).contains("arguments:1");
  }

  @Test
  void what_the_inventory_names_is_refused_with_its_place() throws IOException {
    for (String arguments : List.of("-F nosuch", "-F ~no-such/x", "-J -b", "-l -x", "-p 0")) {
      assertThat(shown(refusal("db", arguments))).as(arguments).contains("arguments:1");
    }
    for (String written : List.of("~no-such/x", "${KEYS}/x", "%d/x")) {
      config("Host db\nInclude " + written + "\n");
      assertThat(shown(refusal("db"))).contains(written).contains("config:2:1");
      assertThat(way(resolve("other"))).as(written).hasSize(1);
    }
  }

  private static String shown(Diagnostic diagnostic) {
    return Objects.requireNonNull(diagnostic.at()).place()
        + " "
        + diagnostic.message()
        + " "
        + Objects.requireNonNull(diagnostic.hint());
  }

  @Test
  void another_user_s_home_is_looked_up_where_a_path_is_written_with_it() throws IOException {
    Files.writeString(home.resolve(".ssh/more"), "GlobalKnownHostsFile ~root/%h\n");
    config("Include ~/.ssh/more\nIdentityFile ~root/%n\nUserKnownHostsFile /~root/${KEYS}\n");
    Hop hop = resolve("db");

    assertThat(hop.keys().named().getFirst().toString()).isEqualTo(homeOfRoot() + "/db");
    assertThat(hop.trust().global().getFirst().toString()).isEqualTo(homeOfRoot() + "/%h");
    assertThat(hop.trust().user()).containsExactly(Path.of("/~root//keys"));
  }

  private static String homeOfRoot() throws IOException {
    try (Stream<String> users = Files.lines(Path.of("/etc/passwd"))) {
      return users
          .filter(user -> user.startsWith("root:"))
          .findFirst()
          .orElseThrow()
          .split(":", -1)[5];
    }
  }

  @Test
  void what_commands_are_given_and_how_long_keys_must_be() throws IOException {
    config("SetEnv A=1 B=\"x y\" A=2 C=\nSetEnv D=3\nRequiredRSASize 4096\n");
    assertThat(resolve("db").environment()).isEqualTo(Map.of("A", "1", "B", "x y", "C", ""));
    assertThat(resolve("db").leastRsaBits()).isEqualTo(4096);

    config("RequiredRSASize 512\n");
    assertThat(resolve("db").leastRsaBits()).as("can only be raised").isEqualTo(1024);
  }

  @Test
  void a_strict_check_that_is_switched_off_is_remembered_for_the_error() throws IOException {
    config("StrictHostKeyChecking no\n");

    assertThat(resolve("db").trust().asked()).contains("StrictHostKeyChecking no", "config:1");
  }
}
