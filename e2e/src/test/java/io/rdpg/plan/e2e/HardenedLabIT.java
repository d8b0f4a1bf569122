package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rdpg.plan.lab.Network;
import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The shipped plans, as they are, on nodes as people harden them: see {@link HardenedLab}.
 * Inventory and policies are those of docs/production.md.
 */
@Tag("long")
@Tag("cluster")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HardenedLabIT {
  private static final int PGBOUNCER = 6432;

  @AutoClose private static HardenedLab lab;

  @BeforeAll
  static void start() throws IOException {
    String missing = Network.missing();
    assumeTrue(missing.isEmpty(), missing);
    lab = new HardenedLab();
  }

  private static String asApplication(String node, int port, String sql) {
    return lab.psql(HardenedLab.APPLICATION, lab.address(node), port, sql);
  }

  private static String asSuperuser(String node, String sql) {
    return lab.psql(node, "127.0.0.1", LabUnderTest.POSTGRES, "", sql);
  }

  private static String secret(String name) {
    return lab.secret(name);
  }

  private static void inSync() {
    assertThat(lab.apply("bootstrap").exits(0).steps("changed")).isEmpty();
    AllIsWell.eventually(() -> lab.run("status"));
  }

  @Test
  @Order(1)
  void what_a_token_lacks_is_said_before_anything_is_changed() throws IOException {
    Path untouched = lab.file("service1", "/etc/pgbouncer/pgbouncer.ini");
    String before = TestFiles.read(untouched);
    lab.newOperatorsToken("key_prefix \"rdpg/\" { policy = \"write\" }");

    CommandResult refused = lab.apply("bootstrap").exits(3);

    assertThat(refused.said())
        .contains("consul_token lacks: agent", "service \\\"pgbouncer\\\" { policy")
        .contains("session");
    assertThat(refused.steps("changed")).isEmpty();
    assertThat(untouched).hasContent(before);
  }

  @Test
  @Order(2)
  void the_shipped_bootstrap_runs() throws IOException {
    lab.newOperatorsToken(lab.operatorsPolicy());
    assertRefusedWithout("service3", "/var/lib/rdpg/handlers");

    List<String> previewed = lab.apply("bootstrap", "--dry-run").exits(0).steps("would_change");
    List<String> changed = lab.apply("bootstrap").exits(0).steps("changed");

    // Which of them leads, only the run knows.
    assertThat(changed).hasSameSizeAs(previewed);
    for (String node : HardenedLab.NODES) {
      for (String file :
          List.of(
              "/etc/postgresql/18/main/pg_hba.conf",
              "/etc/pgbouncer/pgbouncer.ini",
              "/etc/pgbouncer/userlist.txt",
              "/etc/haproxy/haproxy.cfg",
              "/var/lib/postgresql/rdpg.pgpass",
              "/var/lib/rdpg/handlers/rdpg-watch")) {
        assertThat(TestFiles.read(lab.file(node, file))).as(file).contains("Managed by rdpg-plan");
      }
      assertThat(TestFiles.read(lab.file(node, "/etc/postgresql/18/main/pg_hba.conf")))
          .contains("monitor");
      // A worker that our reload started.
      Eventually.holds(
          "haproxy's worker is no root",
          () -> lab.machine(node).usersOfChildren("/run/haproxy.pid").equals(List.of("haproxy")));
    }
    assertThat(TestFiles.read(lab.file("service3", "/var/lib/rdpg/handlers/rdpg-watch")))
        .contains("--host '/run/postgresql' --port 7432");
    inSync();
  }

  /** Nearly the last that the plan comes to. */
  private static void assertRefusedWithout(String node, String directory) throws IOException {
    Path there = lab.file(node, directory);
    Path away = there.resolveSibling("away");
    Files.move(there, away);
    CommandResult refused = lab.apply("bootstrap", "-l", node).exits(1);
    Files.move(away, there);
    assertThat(refused.stdout()).contains("directory " + directory + " doesn't exist");
    assertThat(refused.steps("changed")).isEmpty();
  }

  @Test
  @Order(3)
  void everything_is_encrypted_and_reached_by_its_line_alone() {
    for (String node : HardenedLab.NODES) {
      assertThat(asApplication(node, LabUnderTest.HAPROXY, "SELECT 1")).isEqualTo("1");
      assertThat(asApplication(node, LabUnderTest.POSTGRES, "SELECT 1"))
          .contains("no pg_hba.conf entry");
      assertThat(
              lab.psql(
                  node,
                  "127.0.0.1",
                  LabUnderTest.POSTGRES,
                  "",
                  "SELECT count(*) FILTER (WHERE ssl), count(*) FROM pg_stat_replication JOIN"
                      + " pg_stat_ssl USING (pid)"))
          .as("readers of %s that use TLS, and all", node)
          .isEqualTo("2|2");
      Eventually.holds(
          "the watches of all write to " + node,
          () ->
              lab.psql(
                      node,
                      "127.0.0.1",
                      LabUnderTest.POSTGRES,
                      "",
                      "SELECT count(DISTINCT host) FROM rdpg.consul_watch_notifications")
                  .equals("3"));
    }
    String there = lab.address("service1");
    assertThat(lab.psql(HardenedLab.APPLICATION, there, PGBOUNCER, "sslmode=disable", "SELECT 1"))
        .contains("login rejected");
    assertThat(lab.psql("service2", there, LabUnderTest.POSTGRES, "sslmode=disable", "SELECT 1"))
        .contains("no pg_hba.conf entry", "no encryption");
    assertThat(
            lab.psql("service2", there, LabUnderTest.POSTGRES, "sslmode=verify-full", "SELECT 1"))
        .isEqualTo("1");
  }

  /** Certificates are no secrets; where they are kept as if they were, that is said. */
  @Test
  @Order(4)
  void status_needs_no_root() throws IOException {
    String[] status = {"status", "-e", "ansible_become=false"};
    assertThat(lab.run(status).exits(0).said()).contains("all is well");

    Path certificates = lab.file("service2", "/etc/postgresql/tls");
    Set<PosixFilePermission> before = Files.getPosixFilePermissions(certificates);
    Files.setPosixFilePermissions(certificates, PosixFilePermissions.fromString("rwx------"));
    try {
      assertThat(lab.run(status).exits(10).said())
          .contains("service2: /etc/postgresql/tls/server.pem can't be read")
          .contains("the user (ansible_user, or become_user) must be able to read it");
    } finally {
      Files.setPosixFilePermissions(certificates, before);
    }
  }

  @Test
  @Order(4)
  void the_operators_token_is_on_no_node() {
    List<String> grep = new ArrayList<>(List.of("grep", "-rlF", "--", secret("CONSUL_HTTP_TOKEN")));
    for (String node : HardenedLab.NODES) {
      Stream.of("/etc", "/var/log", "/var/lib/rdpg", "/var/lib/consul/services")
          .forEach(directory -> grep.add(lab.file(node, directory).toString()));
    }
    assertThat(Running.run(lab.directory(), Map.of(), grep).exits(1).said()).isEmpty();
  }

  @Test
  @Order(5)
  void passwords_and_tokens_are_changed() {
    for (String user : List.of("RDPG_SUPERUSER", "RDPG", "RDPG_HEALTH")) {
      lab.secrets.put(user + "_PASSWORD_PREVIOUS", secret(user + "_PASSWORD"));
      lab.secrets.put(user + "_PASSWORD", "Another-" + user);
    }
    assertThat(asApplication("service1", LabUnderTest.HAPROXY, "SELECT 1")).contains("failed");
    lab.secrets.put("RDPG_HAPROXY_STATS_PASSWORD", "Another-Zb93");
    lab.newOperatorsToken(lab.operatorsPolicy());

    List<String> previewed =
        lab.apply("rotate-passwords", "--dry-run").exits(0).steps("would_change");
    List<String> changed = lab.apply("rotate-passwords").exits(0).steps("changed");

    assertThat(changed).isNotEmpty().containsAll(previewed);
    for (String node : HardenedLab.NODES) {
      assertThat(asApplication(node, LabUnderTest.HAPROXY, "SELECT 1")).isEqualTo("1");
      assertThat(TestFiles.read(lab.file(node, "/etc/haproxy/haproxy.cfg")))
          .contains(secret("RDPG_HAPROXY_STATS_PASSWORD"));
    }
    inSync();
  }

  @Test
  @Order(6)
  void a_bad_line_of_the_inventory_harms_nothing() {
    Path ini = lab.file("service1", "/etc/pgbouncer/pgbouncer.ini");
    Path cfg = lab.file("service1", "/etc/haproxy/haproxy.cfg");
    String pgbouncer = TestFiles.read(ini);
    String haproxy = TestFiles.read(cfg);

    assertThat(
            lab.apply("services", "-l", "service1", "-e", "{haproxy_extra: [global, frobnicate]}")
                .exits(1)
                .stdout())
        .contains("unknown keyword 'frobnicate'");
    TestFiles.write(
        lab.directory().resolve("rolling.yml"),
        "plan: rolling\nserial: 1\nsteps: [{name: services, include: services.yml}]\n");
    CommandResult rolling =
        lab.apply("rolling.yml", "-e", "{pgbouncer_extra: [max_client_conn = lots]}").exits(1);
    assertThat(rolling.stdout())
        .contains("configuration_refused", "max_client_conn", "the files that it accepted last");
    assertThat(rolling.events("step_finished"))
        .as("the others were not begun")
        .allMatch(event -> event.path("node").asText().equals("service1"));
    CommandResult absent = lab.apply("bootstrap", "-e", "pg_cluster=other").exits(1);
    assertThat(absent.stdout()).contains("directory /etc/postgresql/18/other doesn't exist");
    assertThat(absent.steps("changed")).isEmpty();
    CommandResult refused =
        lab.apply("bootstrap", "-e", "pg_hba_file=/etc/postgresql/18/main/other.conf").exits(1);
    assertThat(refused.stdout())
        .contains(
            "reads /etc/postgresql/18/main/pg_hba.conf, and this plan would write"
                + " /etc/postgresql/18/main/other.conf");
    assertThat(refused.steps("changed")).isEmpty();

    assertThat(ini).hasContent(pgbouncer);
    assertThat(cfg).hasContent(haproxy);
    for (String node : HardenedLab.NODES) {
      assertThat(asApplication(node, LabUnderTest.HAPROXY, "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  @Order(7)
  void nodes_are_restarted_one_by_one_and_the_writes_are_moved() {
    for (String node : HardenedLab.NODES) {
      asSuperuser(node, "ALTER SYSTEM SET max_connections = 111");
      asSuperuser(node, "SELECT pg_reload_conf()");
    }

    // whoever leads takes them first
    lab.apply("switch-over", "-e", "to=service1", "-e", SwitchOverIT.CATCH_UP).exits(0);
    lab.apply("rolling", "-e", "successor=service3", "-e", SwitchOverIT.CATCH_UP).exits(0);

    for (String node : HardenedLab.NODES) {
      assertThat(asSuperuser(node, "SHOW max_connections")).isEqualTo("111");
    }
    AllIsWell.eventually(() -> lab.run("status"));
    assertThat(lab.run("status").said()).contains("writes go to service3");
    assertThat(lab.consul("catalog", "nodes", "-service=rdpgsc1-master").stdout())
        .contains("service3")
        .doesNotContain("service1", "service2");
    for (String node : HardenedLab.NODES) {
      assertThat(asApplication(node, LabUnderTest.HAPROXY, "SELECT inet_server_addr() IS NULL"))
          .as("%s leads to the one that is reached by its socket", node)
          .isEqualTo("t");
    }
    assertAgentTakesARegistrationAway("service1");
    inSync();
  }

  /** As that of a write master that comes back: its agent's API is https alone. */
  private static void assertAgentTakesARegistrationAway(String node) {
    lab.consul(
            "services",
            "register",
            "-id=rdpgsc1-write",
            "-name=rdpgsc1-master",
            "-address=" + lab.address(node))
        .exits(0);
    String writes = lab.consul("kv", "get", "rdpg/rdpgsc1/writes").exits(0).stdout().strip();
    lab.consul("kv", "put", "-flags=1", "rdpg/rdpgsc1/writes", writes)
        .exits(0); // tells the watches
    Eventually.holds(
        node + " is no write master any more",
        () -> !lab.consul("catalog", "nodes", "-service=rdpgsc1-master").stdout().contains(node));
  }

  @Test
  @Order(8)
  void a_lost_node_is_failed_over() {
    lab.machine("service3").close();
    Eventually.holds(
        "Consul has noticed",
        () -> lab.consul("members").stdout().matches("(?s).*service3\\S*\\s+\\S+\\s+failed.*"));

    lab.apply("fail-over", "-l", "!service3", "-e", "lost=service3").exits(0);

    for (String node : List.of("service1", "service2")) {
      Eventually.holds(
          node + " leads to the new write master",
          () -> asApplication(node, LabUnderTest.HAPROXY, "SELECT 1").equals("1"));
    }
    assertThat(lab.consul("catalog", "nodes").stdout()).doesNotContain("service3");
  }
}
