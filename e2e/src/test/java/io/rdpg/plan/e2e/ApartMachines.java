package io.rdpg.plan.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rdpg.plan.lab.MachinesInNamespaces;
import io.rdpg.plan.lab.Network;
import io.rdpg.plan.testing.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The three managers of {@code inventories/lab.yml} as machines with addresses of their own, in
 * network namespaces, worked on with the real command.
 */
final class ApartMachines implements AutoCloseable {
  static final List<String> NODES = List.of("mc1", "mc2", "mc3");

  /** A machine that is no node. */
  static final String STRANGER = "else";

  private final Path directory;
  private final Network network;

  private ApartMachines() throws IOException {
    directory = Files.createTempDirectory("rdpg-e2e-");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    network = Network.open(Stream.concat(NODES.stream(), Stream.of(STRANGER)).toList(), directory);
  }

  /** Bare ones; the test is skipped where there can be none. */
  static ApartMachines start() throws IOException {
    String missing = Network.missing();
    assumeTrue(missing.isEmpty(), missing);
    ApartMachines machines = new ApartMachines();
    machines.startServers();
    return machines;
  }

  /** Has bare servers again, each with another system identifier. */
  void makeBare() throws IOException {
    network.killAll();
    for (String node : NODES) {
      TestFiles.delete(home().resolve(node));
    }
    startServers();
  }

  private void startServers() throws IOException {
    MachinesInNamespaces servers = new MachinesInNamespaces(network, NODES, home());
    String inventory =
        LabUnderTest.asRealMachines(
                TestFiles.read(LabUnderTest.CHECKOUT.resolve("inventories/lab.yml")),
                home(),
                servers.user())
            .replaceFirst("(?s)\n    rdpgsc1:\n.*", "\n")
            .replace("pg_host: \"{{ node.address }}\"", "pg_host: 127.0.0.1")
            .replaceAll("127\\.0\\.0\\.(1[123])}", network.prefix() + "$1}");
    Files.writeString(directory.resolve("inventory.yml"), inventory);
  }

  Network network() {
    return network;
  }

  /** Where commands run. */
  Path directory() {
    return directory;
  }

  /** Where a node's server keeps its data. */
  Path home() {
    return directory.resolve("machines");
  }

  CommandResult apply(String plan, String... more) {
    return startApply(plan, more).await();
  }

  Running startApply(String plan, String... more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                LabUnderTest.LAUNCHER.toString(),
                "apply",
                plan,
                "-i",
                directory.resolve("inventory.yml").toString()));
    command.addAll(List.of(more));
    return Running.start(directory, directory, LabUnderTest.ENVIRONMENT, command);
  }

  /** What rdpg is answered on a machine by PostgreSQL on that or another one, or the error. */
  String psql(String machine, String host, String sql) {
    List<String> command = new ArrayList<>(network.on(machine));
    command.addAll(
        List.of("psql", "-XAtq", "-h", host, "-p", "7432", "-U", "rdpg", "-d", "rdpg", "-c", sql));
    String password = TestFiles.read(home().resolve("secrets/rdpg")).strip();
    CommandResult result = Running.run(directory, Map.of("PGPASSWORD", password), command);
    return (result.exit() == 0 ? result.stdout() : result.stderr()).strip();
  }

  @Override
  public void close() throws IOException {
    network.close();
  }
}
