package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.TestFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the servers run with, asked from the servers themselves where they can tell. */
interface InFiles extends Bootstrapped {
  @Test
  default void who_may_connect_to_postgres() {
    for (String node : lab().nodes()) {
      List<String> wanted =
          new ArrayList<>(
              List.of(
                  "local {all} {postgres}   peer",
                  "host {all} {postgres} 127.0.0.1 255.255.255.255 scram-sha-256",
                  "host {all} {postgres} ::1 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
                      + " scram-sha-256",
                  "local {all} {rdpg,health}   scram-sha-256",
                  "host {all} {rdpg,health} 127.0.0.1 255.255.255.255 scram-sha-256",
                  "host {all} {rdpg,health} ::1 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
                      + " scram-sha-256",
                  "host {all} {postgres,rdpg,health} samehost  scram-sha-256"));
      peers(node)
          .forEach(peer ->
              wanted.add(
                  "host {replication,postgres,rdpg} {postgres,rdpg} %s 255.255.255.255"
                          .formatted(lab().address(peer))
                      + " scram-sha-256"));
      if (node.equals(leader(cluster(node)))) {
        wanted.addAll(
            List.of(
                "local {all} {all}   scram-sha-256",
                "host {all} {all} 127.0.0.1 255.255.255.255 scram-sha-256",
                "host {all} {all} ::1 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff scram-sha-256",
                "host {all} {all} samehost  scram-sha-256"));
        if (cluster(node).equals("rdpgsc1")) {
          peers(node)
              .forEach(peer ->
                  wanted.add(
                      "host {all} {all} %s 255.255.255.255 scram-sha-256"
                          .formatted(lab().address(peer))));
        }
      }
      assertInPostgres(
              node,
              """
              SELECT concat(type, ' ', database, ' ', user_name, ' ', address, ' ', netmask,
                            ' ', auth_method, ' ' || options::text, ' ' || error)
              FROM pg_hba_file_rules ORDER BY line_number
              """)
          .isEqualTo(wanted);
      assertInPostgres(node, "SELECT pg_conf_load_time() >= (pg_stat_file('pg_hba.conf')).change")
          .as(node + " runs with it")
          .containsExactly("t");
    }
  }

  @Test
  default void files_are_only_for_those_who_need_them() throws IOException {
    for (String node : lab().nodes()) {
      assertThat(mode(node, "postgres/data/pg_hba.conf")).isEqualTo("rw-r-----");
      assertThat(mode(node, "postgres/rdpg.pgpass")).isEqualTo("rw-------");
      assertThat(mode(node, "handlers/rdpg.pgpass")).isEqualTo("rw-------");
      assertThat(mode(node, "handlers/rdpg-watch")).isEqualTo("rwxr-xr-x");
    }
    for (String node : lab().nodes("rdpgsc1")) {
      assertThat(mode(node, "pgbouncer/users.txt")).isEqualTo("rw-------");
      assertThat(mode(node, "pgbouncer/pgbouncer.ini")).isEqualTo("rw-r-----");
      assertThat(mode(node, "haproxy/haproxy.cfg")).isEqualTo("rw-------");
    }
  }

  private String mode(String node, String file) throws IOException {
    Path path = lab().file(node, file);
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  default void pgbouncer_pools_the_databases() {
    for (String node : lab().nodes("rdpgsc1")) {
      String server = "|" + lab().address(leader("rdpgsc1")) + "|7432|";
      assertThat(console(node, "SHOW DATABASES"))
          .as(node)
          .map(row -> row.replaceFirst("^((?:[^|]*\\|){3}[^|]*)\\|.*", "$1"))
          .containsExactlyInAnyOrder(
              "health" + server + "health",
              "postgres" + server + "postgres",
              "rdpg" + server + "rdpg",
              "rdpg_plan" + server + "postgres",
              "template1" + server + "template1",
              "pgbouncer||6432|pgbouncer");
      assertThat(console(node, "SHOW USERS"))
          .as(node)
          .map(row -> row.replaceFirst("\\|.*", ""))
          .contains("rdpg", "health")
          .isSubsetOf("rdpg", "health", "pgbouncer");
      assertThat(console(node, "SHOW CONFIG"))
          .map(row -> row.replaceFirst("^([^|]*\\|[^|]*)\\|.*", "$1"))
          .contains(
              "auth_type|scram-sha-256",
              "admin_users|rdpg",
              "stats_users|rdpg",
              "pool_mode|transaction",
              "listen_port|6432",
              "ignore_startup_parameters|extra_float_digits");
    }
  }

  /** What pgbouncer's console answers. It refuses the SET that a JDBC driver begins with. */
  private List<String> console(String node, String command) {
    ProcessBuilder psql =
        new ProcessBuilder(
            "psql",
            "--no-psqlrc",
            "-At",
            "-h",
            lab().address(node),
            "-p",
            Integer.toString(LabUnderTest.PGBOUNCER),
            "-U",
            "rdpg",
            "-d",
            "pgbouncer",
            "-c",
            command);
    psql.environment().put("PGPASSWORD", lab().secret("rdpg"));
    try (BufferedReader observation = psql.redirectErrorStream(true).start().inputReader()) {
      return observation.lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  default void haproxy_sends_writes_to_the_write_master() {
    String master = leader("rdpgsc1");
    for (String node : lab().nodes("rdpgsc1")) {
      Eventually.holds(
          "haproxy on " + node + " finds the write master's pgbouncer up",
          () ->
              backends(node)
                  .equals(
                      List.of(
                          "write_master/%s %s:6432 UP"
                              .formatted(nodeId(master), lab().address(master)))));
    }
  }

  /** The servers behind haproxy, as its admin socket tells (haproxy's manual, 9.1: CSV). */
  private List<String> backends(String node) {
    Path socket = lab().file(node, "haproxy/admin.sock");
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      channel.write(ByteBuffer.wrap("show stat -1 4 -1\n".getBytes(StandardCharsets.US_ASCII)));
      String csv =
          new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
      List<String> names = List.of(csv.lines().findFirst().orElseThrow().split(",", -1));
      return csv.lines()
          .skip(1)
          .filter(line -> !line.isBlank())
          .map(line -> line.split(",", -1))
          .map(field ->
              "%s/%s %s %s"
                  .formatted(
                      field[0],
                      field[1],
                      field[names.indexOf("addr")],
                      field[names.indexOf("status")]))
          .toList();
    } catch (IOException e) {
      return List.of("no answer: " + e.getMessage());
    }
  }

  @Test
  default void watches_are_in_the_agents_configuration() throws IOException {
    for (String node : lab().nodes()) {
      for (String service : List.of("haproxy", "postgres")) {
        JsonNode file =
            CommandResult.event(
                TestFiles.read(lab().file(node, "consul/conf.d/rdpg-" + service + ".json")));
        JsonNode watch = file.path("watches").path(0);
        assertThat(file.path("watches")).hasSize(1);
        assertThat(watch.path("type").asText()).isEqualTo("service");
        assertThat(watch.path("service").asText()).isEqualTo(service);
        assertThat(watch.path("args").path(0).asText())
            .isEqualTo(lab().file(node, "handlers/rdpg-watch").toString());
      }
    }
  }
}
