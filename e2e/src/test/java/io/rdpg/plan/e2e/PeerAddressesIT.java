package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rdpg.plan.lab.MachinesInNamespaces;
import io.rdpg.plan.lab.Network;
import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.TestDeadlines;
import io.rdpg.plan.testing.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Machines with addresses of their own, which only here PostgreSQL can tell apart: the lines of
 * pg_hba.conf for the peers let the peers in and nobody else.
 */
@Tag("cluster")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PeerAddressesIT {
  private static final List<String> NODES = List.of("mc1", "mc2", "mc3");
  private static final String STRANGER = "else";
  private static final String REFUSED = "no pg_hba.conf entry for host";

  private static Path directory;
  @AutoClose private static Network network;

  @BeforeAll
  static void start() throws IOException {
    String missing = Network.missing();
    assumeTrue(missing.isEmpty(), missing);
    directory = Files.createTempDirectory("rdpg-e2e-");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    network = Network.open(Stream.concat(NODES.stream(), Stream.of(STRANGER)).toList(), directory);
    MachinesInNamespaces machines =
        new MachinesInNamespaces(network, NODES, directory.resolve("machines"));
    String inventory =
        LabUnderTest.asRealMachines(
                TestFiles.read(LabUnderTest.CHECKOUT.resolve("inventories/lab.yml")),
                directory.resolve("machines"),
                machines.user())
            .replaceFirst("(?s)\n    rdpgsc1:\n.*", "\n")
            .replace("pg_host: \"{{ node.address }}\"", "pg_host: 127.0.0.1")
            .replaceAll("127\\.0\\.0\\.(1[123])}", network.prefix() + "$1}");
    Files.writeString(directory.resolve("inventory.yml"), inventory);
  }

  @Test
  @Order(1)
  void peers_replicate_through_their_lines() throws Exception {
    apply().exits(0);
    for (String node : NODES) {
      psql(
          node,
          "127.0.0.1",
          "INSERT INTO rdpg.events (host, key, msg) VALUES ('" + node + "', '', '')");
    }
    for (String node : NODES) {
      Eventually.holds(
          "rows of all get to " + node,
          () ->
              psql(node, "127.0.0.1", "SELECT string_agg(host, ' ' ORDER BY host) FROM rdpg.events")
                  .equals("mc1 mc2 mc3"));
    }
    assertThat(
            psql(
                "mc1",
                "127.0.0.1",
                "SELECT string_agg(host(client_addr), ' ' ORDER BY client_addr) FROM"
                    + " pg_stat_replication"))
        .as("walsenders of mc1 serve the peers' own addresses")
        .isEqualTo(network.address("mc2") + " " + network.address("mc3"));
  }

  @Test
  @Order(2)
  void a_stranger_is_refused() {
    assertThat(psql("mc2", network.address("mc1"), "SELECT 1")).isEqualTo("1");
    assertThat(psql(STRANGER, network.address("mc1"), "SELECT 1")).contains(REFUSED);
  }

  @Test
  @Order(3)
  void without_its_line_a_peer_is_refused_and_the_next_run_puts_it_back() throws Exception {
    Path file = directory.resolve("machines/mc1/postgres/data/pg_hba.conf");
    Files.writeString(
        file,
        String.join(
                "\n",
                Files.readAllLines(file).stream().filter(line -> !line.contains("# mc2")).toList())
            + "\n");
    psql("mc1", "127.0.0.1", "SELECT pg_reload_conf()");
    Eventually.holds(
        "mc2 is refused by mc1",
        () -> psql("mc2", network.address("mc1"), "SELECT 1").contains(REFUSED));

    CommandResult result = apply("-o", "json").exits(0);
    assertThat(result.steps("changed"))
        .containsExactly(
            "mc1: the way to and from the peers/peers.yml/pg_hba.conf",
            "mc1: the way to and from the peers/peers.yml/postgres runs with pg_hba.conf");
    assertThat(psql("mc2", network.address("mc1"), "SELECT 1")).isEqualTo("1");
  }

  @Test
  @Order(4)
  void a_node_that_is_cut_off_is_told_of_by_its_name() throws Exception {
    // The others may wait for what it would do, until their deadline.
    PlanCopy hasty = PlanCopy.in(directory);
    List.of("bootstrap.yml", "nonleader.yml")
        .forEach(plan -> hasty.replace(plan, "timeout: 15m", "timeout: 1m"));
    network.cut("mc3");
    CommandResult result = run(hasty.path("bootstrap.yml"), "-o", "json");
    network.mend("mc3");
    result.exits(3);
    assertThat(result.stdout()).contains("\"code\":\"unreachable\"").contains("mc3");

    Eventually.holds("Consul has a leader again", TestDeadlines.LONG, () -> apply().exit() == 0);
  }

  private static CommandResult apply(String... more) {
    return run("bootstrap", more);
  }

  private static CommandResult run(String plan, String... more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                LabUnderTest.LAUNCHER.toString(),
                "apply",
                plan,
                "-i",
                directory.resolve("inventory.yml").toString()));
    command.addAll(List.of(more));
    return Running.run(directory, LabUnderTest.ENVIRONMENT, command);
  }

  /** What rdpg is answered on a machine by PostgreSQL on that or another one, or the error. */
  private static String psql(String machine, String host, String sql) {
    List<String> command = new ArrayList<>(network.on(machine));
    command.addAll(
        List.of("psql", "-XAtq", "-h", host, "-p", "7432", "-U", "rdpg", "-d", "rdpg", "-c", sql));
    String password = TestFiles.read(directory.resolve("machines/secrets/rdpg")).strip();
    CommandResult result = Running.run(directory, Map.of("PGPASSWORD", password), command);
    return (result.exit() == 0 ? result.stdout() : result.stderr()).strip();
  }
}
