package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.target.ssh.DebianMachine;
import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.OnePostgres;
import io.rdpg.plan.testing.OwnAddress;
import io.rdpg.plan.testing.TestDeadlines;
import io.rdpg.plan.testing.TestFiles;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shipped bootstrap on nodes as people have them: Debian's layout and units, a haproxy that is
 * started as root, no login for root, sudo, one superuser with a password and one without. The
 * inventory is that of docs/production.md.
 */
@Tag("cluster")
@Timeout(TestDeadlines.LONG_SECONDS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DebianLayoutIT {
  private static final List<String> NODES = List.of("service1", "service2");

  private static final String RDPG = "Rm9Xv2Jf6e";

  @TempDir static Path directory;
  private static final Map<String, DebianMachine> MACHINES = new LinkedHashMap<>();
  private static final Map<String, String> ADDRESSES = new LinkedHashMap<>();

  @BeforeAll
  static void start() throws IOException {
    assumeTrue(System.getProperty("user.name").equals("root"), "mount namespaces need root");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    NODES.forEach(node -> ADDRESSES.put(node, OwnAddress.next()));
    String first = ADDRESSES.values().iterator().next();
    StringBuilder hosts = new StringBuilder();
    for (String node : NODES) {
      String address = Objects.requireNonNull(ADDRESSES.get(node));
      DebianMachine machine = new DebianMachine(directory, address, first);
      MACHINES.put(node, machine);
      NodeAccess.Ssh access = machine.access();
      hosts.append(
          """
              %s:
                ansible_host: %s
                ansible_port: %d
                peer_address: %s
                ansible_ssh_private_key_file: %s
                ssh_known_hosts: %s
          """
              .formatted(
                  node,
                  access.host(),
                  access.port(),
                  address,
                  access.privateKey(),
                  access.knownHosts()));
      if (!address.equals(first)) { // there its superuser logs in by peer
        hosts.append("      pg_host: /run/postgresql\n");
      }
    }
    NODES.forEach(node -> Eventually.holds(node + " is up", () -> answers(node)));
    String page = TestFiles.read(LabUnderTest.CHECKOUT.resolve("docs/production.md"));
    String shown = page.substring(page.indexOf("all:\n  vars:\n"));
    inventory(
        shown
            .substring(0, shown.indexOf("```"))
            .replaceFirst("(?s)    rdpgmc:\n.*?(?=    rdpgsc1:\n)", "")
            .replaceFirst("(?s)(?<=      hosts:\n)( {8}service.*?\n)+", hosts.toString().indent(4))
            .replace("ansible_user: ops", "ansible_user: " + DebianMachine.USER)
            .replace("consul_address: 127.0.0.1", "consul_address: \"{{ node.address }}\""));
  }

  /** Consul, and the superuser by PostgreSQL's own rules. */
  private static boolean answers(String node) {
    try (InputStream leader =
            URI.create("http://" + ADDRESSES.get(node) + ":8500/v1/status/leader")
                .toURL()
                .openStream();
        Socket _ = new Socket(ADDRESSES.get(node), 7432)) {
      return new String(leader.readAllBytes(), StandardCharsets.UTF_8).contains(":");
    } catch (IOException notYet) {
      return false;
    }
  }

  @AfterAll
  static void stop() {
    MACHINES.values().forEach(DebianMachine::close);
  }

  private static void inventory(String text) throws IOException {
    Files.writeString(directory.resolve("inventory.yml"), text);
  }

  private static CommandResult apply(String... more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Drdpg.home=" + LabUnderTest.CHECKOUT.toAbsolutePath().normalize(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.rdpg.plan.cli.Main",
                "apply"));
    command.addAll(List.of(more));
    command.addAll(List.of("-i", directory.resolve("inventory.yml").toString(), "-o", "json"));
    return Running.run(
        directory,
        Map.of(
            "XDG_STATE_HOME",
            directory.resolve("state").toString(),
            "RDPG_SUPERUSER_PASSWORD",
            OnePostgres.PASSWORD,
            "RDPG_PASSWORD",
            RDPG,
            "RDPG_HEALTH_PASSWORD",
            "Hk3Pq8Zt1a",
            "RDPG_HAPROXY_STATS_PASSWORD",
            "Sd5Lw0Yc7b"),
        command);
  }

  private static Connection connect(String node, int port, String user, String password)
      throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://%s:%d/rdpg".formatted(ADDRESSES.get(node), port), user, password);
  }

  @Test
  @Order(1)
  void the_shipped_bootstrap_runs() throws Exception {
    apply("bootstrap").exits(0);

    for (DebianMachine machine : MACHINES.values()) {
      for (String file :
          List.of(
              "/etc/postgresql/18/main/pg_hba.conf",
              "/etc/pgbouncer/pgbouncer.ini",
              "/etc/pgbouncer/userlist.txt",
              "/etc/haproxy/haproxy.cfg",
              "/var/lib/postgresql/rdpg.pgpass",
              "/var/lib/rdpg/handlers/rdpg-watch")) {
        assertThat(TestFiles.read(machine.file(file))).as(file).contains("Managed by rdpg-plan");
      }
      // The lines of the inventory, and a worker that our reload started.
      assertThat(TestFiles.read(machine.file("/etc/postgresql/18/main/pg_hba.conf")))
          .contains("monitor");
      Eventually.holds(
          "haproxy's worker is no root",
          () -> machine.usersOfChildren("/run/haproxy.pid").equals(List.of("haproxy")));
    }
    for (String node : NODES) {
      try (Connection client = connect(node, 5432, "rdpg", RDPG);
          Statement statement = client.createStatement()) {
        assertThat(statement.execute("SELECT 1")).isTrue();
      }
      Eventually.holds("the handler of its watches writes to " + node, () -> isNotified(node));
    }
    assertThat(
            TestFiles.read(
                Objects.requireNonNull(MACHINES.get("service2"))
                    .file("/var/lib/rdpg/handlers/rdpg-watch")))
        .contains("--host '/run/postgresql' --port 7432");
    assertThat(apply("bootstrap").exits(0).steps("changed")).isEmpty();
  }

  private static boolean isNotified(String node) throws SQLException {
    try (Connection client = connect(node, 7432, "rdpg", RDPG);
        PreparedStatement ask =
            client.prepareStatement("SELECT FROM rdpg.consul_watch_notifications WHERE host = ?")) {
      ask.setString(1, ADDRESSES.get(node));
      return ask.executeQuery().next();
    }
  }

  @Test
  @Order(2)
  void a_bad_line_of_the_inventory_harms_nothing() throws Exception {
    DebianMachine machine = Objects.requireNonNull(MACHINES.get("service1"));
    String haproxy = TestFiles.read(machine.file("/etc/haproxy/haproxy.cfg"));
    String pgbouncer = TestFiles.read(machine.file("/etc/pgbouncer/pgbouncer.ini"));

    assertThat(
            apply("services", "-l", "service1", "-e", "{haproxy_extra: [global, frobnicate]}")
                .exits(1)
                .stdout())
        .contains("unknown keyword 'frobnicate'");
    assertThat(
            apply("services", "-l", "service1", "-e", "{pgbouncer_extra: [max_client_conn = lots]}")
                .exits(1)
                .stdout())
        .contains("configuration_refused", "max_client_conn", "the files that it accepted last");
    CommandResult refused = apply("bootstrap", "-e", "{pg_hba_extra: [all all]}").exits(1);
    assertThat(refused.stdout()).contains("pg_hba_extra: 'all all' is no single line");
    assertThat(refused.steps("changed")).isEmpty();
    refused = apply("bootstrap", "-e", "pg_cluster=other").exits(1);
    assertThat(refused.stdout())
        .contains(
            "reads /etc/postgresql/18/main/pg_hba.conf, and this plan would write"
                + " /etc/postgresql/18/other/pg_hba.conf");
    assertThat(refused.steps("changed")).isEmpty();

    assertThat(machine.file("/etc/haproxy/haproxy.cfg")).hasContent(haproxy);
    assertThat(machine.file("/etc/pgbouncer/pgbouncer.ini")).hasContent(pgbouncer);
    try (Connection client = connect("service1", 5432, "rdpg", RDPG)) {
      assertThat(client.isValid(5)).isTrue();
    }
  }
}
