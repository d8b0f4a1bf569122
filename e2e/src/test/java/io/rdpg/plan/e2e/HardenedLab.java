package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.lab.Network;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.target.ssh.DebianMachine;
import io.rdpg.plan.target.ssh.MachineWithUsers;
import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.OnePostgres;
import io.rdpg.plan.testing.OwnThread;
import io.rdpg.plan.testing.TestAuthority;
import io.rdpg.plan.testing.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * A service cluster of three nodes as people harden them, from the inventory of docs/production.md:
 * reached over a jump host alone, by ordinary users with sudo; Consul with ACLs that deny what no
 * token allows and with TLS everywhere; PostgreSQL with TLS between the nodes; Debian's layout and
 * units. Each machine has an address and a loopback of its own.
 *
 * <p>What differs from node to node: root is become by su on the first, by sudo on the second and
 * by doas on the third; the second forwards no connections, the third one's superuser has no
 * password and logs in by peer, for which doas makes his user.
 *
 * <p>Needs root and network namespaces; it ends with the test, or with its process.
 */
final class HardenedLab implements AutoCloseable {
  static final List<String> NODES = List.of("service1", "service2", "service3");

  /** A machine of applications: not one of the cluster, and nobody logs in there. */
  static final String APPLICATION = "app";

  private static final String JUMP_HOST = "jump";

  private static final String PRODUCTION =
      TestFiles.read(LabUnderTest.CHECKOUT.resolve("docs/production.md"));

  /** Whoever changes a secret changes it here. */
  final Map<String, String> secrets = new HashMap<>();

  private final Path directory;
  private final Network network;
  private final TestAuthority authority;
  private final MachineWithUsers jumpHost;
  private final Map<String, DebianMachine> machines = new LinkedHashMap<>();
  private final String management = UUID.randomUUID().toString();
  private final TestAuthority.Issued client;
  private Optional<String> operatorsToken = Optional.empty();

  /** Starts it; PostgreSQL and Consul answer. */
  HardenedLab() throws IOException {
    directory = Files.createTempDirectory("rdpg-e2e-");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    List<String> names = new ArrayList<>(List.of(JUMP_HOST, APPLICATION));
    names.addAll(NODES.stream().map(HardenedLab::shortName).toList());
    network = Network.behind(JUMP_HOST, names, directory);
    authority = new TestAuthority(directory.resolve("ca"));
    client = authority.issue("operator");
    jumpHost =
        new MachineWithUsers(
            directory,
            network.on(JUMP_HOST),
            network.outside(),
            List.of(),
            "PermitRootLogin no",
            "AllowUsers service");
    secrets.put("RDPG_SUPERUSER_PASSWORD", OnePostgres.PASSWORD);
    secrets.put("RDPG_PASSWORD", "Rm9Xv2Jf6e");
    secrets.put("RDPG_HEALTH_PASSWORD", "Hk3Pq8Zt1a");
    secrets.put("RDPG_HAPROXY_STATS_PASSWORD", "Sd5Lw0Yc7b");
    for (String user : List.of("RDPG_SUPERUSER", "RDPG", "RDPG_HEALTH")) {
      secrets.put(user + "_PASSWORD_PREVIOUS", secret(user + "_PASSWORD"));
    }
    secrets.put("SU_PASSWORD", MachineWithUsers.password("root"));
    secrets.put("SUDO_PASSWORD", MachineWithUsers.password("asked"));
    startMachines();
    Files.writeString(directory.resolve("ssh_config"), sshConfig());
    Files.writeString(directory.resolve("inventory.yml"), inventory());
  }

  private static String shortName(String node) {
    return node.replace("service", "n");
  }

  // --- its machines ---

  private void startMachines() throws IOException {
    String gossip = Base64.getEncoder().encodeToString(random(32));
    Map<String, String> tokens = new LinkedHashMap<>();
    for (String node : NODES) {
      tokens.put(node, UUID.randomUUID().toString());
      bring(node, gossip, Objects.requireNonNull(tokens.get(node)));
    }
    String first = NODES.getFirst();
    machines.put(first, started(first));
    Eventually.holds("Consul has its ACLs", () -> consul("acl", "token", "list").exit() == 0);
    for (String node : NODES) {
      String _ =
          token(
              node,
              Objects.requireNonNull(tokens.get(node)),
              """
              node "%s" { policy = "write" }
              service_prefix "" { policy = "read" }
              %s\
              """
                  .formatted(node, policy(1)));
    }
    List<CompletableFuture<DebianMachine>> others =
        NODES.stream().skip(1).map(node -> OwnThread.supply(() -> started(node))).toList();
    for (int i = 0; i < others.size(); i++) {
      machines.put(NODES.get(i + 1), others.get(i).join());
    }
    for (String node : NODES) {
      Eventually.holds(
          "PostgreSQL answers on " + node,
          () -> psql(node, "127.0.0.1", 7432, "", "").contains("password authentication failed"));
      Eventually.holds(
          "Consul knows " + node, () -> consul("catalog", "nodes").stdout().contains(node + " "));
    }
  }

  private DebianMachine started(String node) {
    try {
      return new DebianMachine(
          directory,
          network.on(shortName(node)),
          address(node),
          node.equals("service2") ? "asked" : "free",
          directory.resolve(node),
          node.equals("service2") ? List.of("AllowTcpForwarding no") : List.of());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What the operator brings to a node before the first run. */
  private void bring(String node, String gossip, String token) throws IOException {
    Path brought = Files.createDirectory(directory.resolve(node));
    Files.writeString(brought.resolve("password"), OnePostgres.PASSWORD);
    Files.copy(authority.certificate(), brought.resolve("ca.pem"));
    TestAuthority.Issued server = authority.issue(node, "IP:" + address(node));
    Files.copy(server.certificate(), brought.resolve("server.pem"));
    Files.copy(server.key(), brought.resolve("server.key"));
    // As `consul tls cert create` has them.
    TestAuthority.Issued consul =
        authority.issue(node + "-consul", "DNS:server.dc1.consul", "DNS:localhost", "IP:127.0.0.1");
    Files.copy(consul.certificate(), brought.resolve("consul.pem"));
    Files.copy(consul.key(), brought.resolve("consul.key"));
    boolean isServer = node.equals(NODES.getFirst());
    Files.writeString(
        brought.resolve("consul.hcl"),
        """
        node_name = "%s"
        server = %s
        %s
        bind_addr = "%s"
        client_addr = "127.0.0.1"
        data_dir = "/var/lib/consul"
        encrypt = "%s"
        enable_local_script_checks = true
        disable_update_check = true
        performance { raft_multiplier = 1 }
        ports {
          http = -1
          https = 8501
          dns = -1
          grpc = -1
          serf_wan = -1
        }
        verify_incoming = true
        verify_outgoing = true
        verify_server_hostname = true
        ca_file = "/etc/consul.d/tls/ca.pem"
        cert_file = "/etc/consul.d/tls/consul.pem"
        key_file = "/etc/consul.d/tls/consul.key"
        acl {
          enabled = true
          policy_ttl = "1s"
          token_ttl = "1s"
          default_policy = "deny"
          tokens {
            %s
            agent = "%7$s"
            default = "%7$s"
          }
        }
        """
            .formatted(
                node,
                isServer,
                isServer
                    ? "bootstrap_expect = 1"
                    : "retry_join = [\""
                        + address(NODES.getFirst())
                        + "\"]\nretry_interval = \"1s\"",
                address(node),
                gossip,
                isServer ? "master = \"" + management + "\"" : "",
                token));
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    RandomGenerator.getDefault().nextBytes(bytes);
    return bytes;
  }

  private String sshConfig() {
    StringBuilder config = new StringBuilder(stanza(JUMP_HOST, jumpHost.as("service")));
    machines.forEach((node, machine) ->
        config
            .append(stanza(node, machine.access()))
            .append("  ProxyJump ")
            .append(JUMP_HOST)
            .append('\n'));
    return config.toString();
  }

  private static String stanza(String name, NodeAccess.Ssh access) {
    return """
    Host %s
      HostName %s
      Port %d
      User %s
      IdentityFile %s
      IdentitiesOnly yes
      IdentityAgent none
      UserKnownHostsFile %s
    """
        .formatted(
            name,
            access.host(),
            access.port(),
            access.user(),
            access.privateKey(),
            access.knownHosts());
  }

  /** That of docs/production.md, with what a hardened site adds. */
  private String inventory() {
    String shown = PRODUCTION.substring(PRODUCTION.indexOf("all:\n  vars:\n"));
    StringBuilder hosts = new StringBuilder();
    for (String node : NODES) {
      hosts.append("        %s: {peer_address: %s".formatted(node, address(node)));
      hosts.append(
          switch (node) {
            case "service1" ->
                ", ansible_become_method: su, ansible_become_password: \"{{ secret('env:SU_PASSWORD') }}\"";
            case "service2" -> ", ansible_become_password: \"{{ secret('env:SUDO_PASSWORD') }}\"";
            case "service3" -> ", ansible_become_method: doas, pg_host: /run/postgresql";
            default -> "";
          });
      hosts.append("}\n");
    }
    return shown
        .substring(0, shown.indexOf("```"))
        .replaceFirst("(?s)    rdpgmc:\n.*?(?=    rdpgsc1:\n)", "")
        .replaceFirst("(?s)(?<=      hosts:\n)( {8}service.*?\n)+", hosts.toString())
        .replaceFirst(
            "    ansible_user: ops\n",
            """
                ansible_ssh_common_args: -F %s
                consul_scheme: https
                consul_token: "{{ secret('env:CONSUL_HTTP_TOKEN') }}"
                consul_cacert: %2$s
                consul_client_cert: %3$s
                consul_client_key: %4$s
                pg_password_previous: "{{ secret('env:RDPG_SUPERUSER_PASSWORD_PREVIOUS') }}"
                rdpg_password_previous: "{{ secret('env:RDPG_PASSWORD_PREVIOUS') }}"
                health_password_previous: "{{ secret('env:RDPG_HEALTH_PASSWORD_PREVIOUS') }}"
                consul_agent_ca_file: /etc/consul.d/tls/ca.pem
                consul_agent_cert_file: /etc/consul.d/tls/consul.pem
                consul_agent_key_file: /etc/consul.d/tls/consul.key
                pg_tls: required
                pg_sslrootcert: %2$s
                pg_tls_ca_file: /etc/postgresql/tls/ca.pem
                pgbouncer_tls_cert_file: /etc/postgresql/tls/server.pem
                pgbouncer_tls_key_file: /etc/postgresql/tls/server.key
            """
                .formatted(
                    directory.resolve("ssh_config"),
                    authority.certificate(),
                    client.certificate(),
                    client.key()));
  }

  /** What the environment of commands has. */
  String secret(String name) {
    return Objects.requireNonNull(secrets.get(name));
  }

  Path directory() {
    return directory;
  }

  String address(String node) {
    return network.address(shortName(node));
  }

  DebianMachine machine(String node) {
    return Objects.requireNonNull(machines.get(node));
  }

  /** One of a node's files, as this machine sees it. */
  Path file(String node, String path) {
    return machine(node).file(path);
  }

  // --- Consul, with all rights ---

  /** Runs {@code consul WORDS} where Consul's server is. */
  CommandResult consul(String... words) {
    List<String> command = new ArrayList<>(network.on(shortName(NODES.getFirst())));
    try {
      command.add(DebianMachine.consul(directory).toString());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    command.addAll(List.of(words));
    return Running.run(
        directory,
        Map.of(
            "CONSUL_HTTP_ADDR",
            "https://127.0.0.1:8501",
            "CONSUL_HTTP_TOKEN",
            management,
            "CONSUL_CACERT",
            authority.certificate().toString(),
            "CONSUL_CLIENT_CERT",
            client.certificate().toString(),
            "CONSUL_CLIENT_KEY",
            client.key().toString()),
        command);
  }

  /** Makes a token with a policy of its own; what Consul calls it. */
  private String token(String policy, String secret, String rules) {
    consul("acl", "policy", "create", "-name=" + policy, "-rules=" + rules).exits(0);
    return consul("acl", "token", "create", "-secret=" + secret, "-policy-name=" + policy)
        .exits(0)
        .stdout()
        .lines()
        .filter(line -> line.startsWith("AccessorID:"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElseThrow();
  }

  /** Gives the operator a new token, and deletes the one before. */
  void newOperatorsToken(String rules) {
    operatorsToken.ifPresent(before -> consul("acl", "token", "delete", "-id=" + before).exits(0));
    String name = "operator-" + UUID.randomUUID();
    String secret = UUID.randomUUID().toString();
    String made = token(name, secret, rules);
    secrets.put("CONSUL_HTTP_TOKEN", secret);
    operatorsToken = Optional.of(made);
  }

  String operatorsPolicy() {
    return policy(0);
  }

  /** One of docs/production.md. */
  private static String policy(int index) {
    return PRODUCTION.split("```hcl\n", -1)[index + 1].split("```", 2)[0];
  }

  // --- PostgreSQL ---

  /** What rdpg is answered on a machine by a server there or elsewhere, or the error. */
  String psql(String machine, String host, int port, String sql) {
    return psql(machine, host, port, "sslmode=verify-ca", sql);
  }

  /**
   * The same otherwise.
   *
   * @param options of libpq's connection string
   */
  String psql(String machine, String host, int port, String options, String sql) {
    List<String> command = new ArrayList<>(network.on(shortName(machine)));
    command.addAll(
        List.of(
            "psql",
            "-XAtq",
            "host=%s port=%d user=rdpg dbname=rdpg connect_timeout=10 sslrootcert=%s %s"
                .formatted(host, port, authority.certificate(), options),
            "-c",
            sql));
    String password = secret("RDPG_PASSWORD");
    return Running.run(directory, Map.of("PGPASSWORD", password), command).said().strip();
  }

  // --- the command ---

  /** Runs {@code rdpg-plan ARGUMENTS -i INVENTORY} to its end. */
  CommandResult run(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Drdpg.home=" + LabUnderTest.CHECKOUT.toAbsolutePath().normalize(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.rdpg.plan.cli.Main"));
    command.addAll(List.of(arguments));
    command.addAll(List.of("-i", directory.resolve("inventory.yml").toString()));
    Map<String, String> environment = new HashMap<>(secrets);
    environment.put("XDG_STATE_HOME", directory.resolve("state").toString());
    return Running.run(directory, environment, command);
  }

  CommandResult apply(String... arguments) {
    List<String> words = new ArrayList<>(List.of("apply"));
    words.addAll(List.of(arguments));
    words.addAll(List.of("-o", "json"));
    return run(words.toArray(String[]::new));
  }

  @Override
  public void close() throws IOException {
    machines.values().forEach(DebianMachine::close);
    jumpHost.close();
    network.close();
    assertThat(directory).doesNotExist();
  }
}
