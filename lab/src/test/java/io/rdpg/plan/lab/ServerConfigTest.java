package io.rdpg.plan.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.model.LabSettings;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the servers' first configurations say, and how servers are run. */
class ServerConfigTest {
  private static final Map<String, String> SETTINGS =
      Map.of("pglogical.conflict_resolution", "last_update_wins", "log_line_prefix", "it's");
  private static final Path HOME = Path.of("/srv/lab");
  private static final LabNode MANAGER = node("mc1", LabNode.Role.MANAGER, "127.0.0.11");
  private static final LabNode SECOND = node("mc2", LabNode.Role.MANAGER, "127.0.0.12");
  private static final LabNode SERVICE = node("sc1", LabNode.Role.SERVICE, "127.0.0.21");
  private static final List<LabNode> NODES = List.of(MANAGER, SECOND, SERVICE);

  @Test
  void managers_are_consul_servers_on_their_own_address() {
    assertThat(new ConsulAgent(site(18), MANAGER).config())
        .contains("\"server\": true, \"bootstrap_expect\": 2,")
        .contains("\"bind_addr\": \"127.0.0.11\"", "\"client_addr\": \"127.0.0.11\"")
        .contains("\"retry_join\": [\"127.0.0.11\", \"127.0.0.12\"]")
        .contains("\"data_dir\": \"/srv/lab/mc1/consul/data\"");
  }

  @Test
  void service_nodes_are_consul_clients() {
    assertThat(new ConsulAgent(site(18), SERVICE).config())
        .contains("\"server\": false,")
        .doesNotContain("bootstrap_expect");
  }

  @Test
  void without_managers_the_first_nodes_are_consul_servers() {
    LabSpec spec = new LabSpec(HOME, List.of(SERVICE));

    assertThat(spec.consulServers()).containsExactly(SERVICE);
  }

  @Test
  void postgres_listens_on_its_nodes_address_only() {
    assertThat(new PostgresServer(site(18), SERVICE).settings())
        .contains(
            "listen_addresses = '127.0.0.21'\n",
            "port = 7432\n",
            "unix_socket_directories = ''\n",
            "log_line_prefix = '%m [%p] %q%u@%d '\n",
            "fsync = on\n",
            "max_active_replication_origins = 32\n");
  }

  @Test
  void what_the_inventory_sets_comes_last_and_so_wins() {
    assertThat(new PostgresServer(site(18), SERVICE).settings())
        .endsWith(
            "log_line_prefix = 'it''s'\npglogical.conflict_resolution = 'last_update_wins'\n");
  }

  @Test
  void older_postgres_is_spared_settings_that_it_does_not_know() {
    assertThat(new PostgresServer(site(16), SERVICE).settings())
        .doesNotContain("max_active_replication_origins");
  }

  @Test
  void sshd_lets_only_the_login_in_and_only_by_key() {
    assertThat(new SshServer(site(18), SERVICE).config())
        .contains(
            "ListenAddress 127.0.0.21:2222\n",
            "AllowUsers root\n",
            "PasswordAuthentication no\n",
            "HostKey /srv/lab/sc1/ssh/host_key\n");
  }

  @Test
  void sshd_keeps_the_login_shell_from_its_rc_file() {
    assertThat(new SshServer(site(18), SERVICE).config())
        .containsPattern("(?m)^SetEnv PATH=\\S+ SHLVL=2$");
  }

  @Test
  void pgbouncer_and_haproxy_keep_their_files_in_their_directories() {
    assertThat(new PgbouncerServer(site(18), SERVICE).config())
        .contains("pidfile = /srv/lab/sc1/pgbouncer/pgbouncer.pid\n");
    assertThat(new HaproxyServer(site(18), SERVICE).config())
        .contains("stats socket /srv/lab/sc1/haproxy/admin.sock mode 600 level admin expose-fd");
  }

  @Test
  void root_runs_servers_as_the_labs_user() {
    assertThat(UserSwitch.command(site(18), List.of("/bin/postgres")))
        .containsExactly(
            "/usr/bin/setpriv", "--reuid=101", "--regid=104", "--clear-groups", "/bin/postgres");
  }

  @Test
  void known_hosts_names_a_port_that_is_not_the_usual_one() {
    assertThat(SshKeys.knownHost("127.0.0.11", 2222)).isEqualTo("[127.0.0.11]:2222");
    assertThat(SshKeys.knownHost("127.0.0.11", 22)).isEqualTo("127.0.0.11");
  }

  private static LabContext site(int major) {
    Map<RequiredProgram, Path> tools = new EnumMap<>(RequiredProgram.class);
    for (RequiredProgram tool : RequiredProgram.values()) {
      tools.put(tool, Path.of("/usr/bin", tool.program()));
    }
    return new LabContext(
        new LabSpec(HOME, NODES, new LabSettings.Postgres(null, null, SETTINGS), true),
        new LabUser("postgres", 101, 104, "root"),
        new RequiredPrograms(tools),
        new PostgresPrograms(Path.of("/var/cache/postgres/bin"), major),
        Path.of("/opt/consul/bin/consul"));
  }

  private static LabNode node(String name, LabNode.Role role, String address) {
    return new LabNode(name, "cluster", role, address, LabNode.Ports.DEFAULT);
  }
}
