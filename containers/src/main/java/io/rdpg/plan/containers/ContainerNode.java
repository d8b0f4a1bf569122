package io.rdpg.plan.containers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.ContainerNetwork;
import io.rdpg.plan.lab.LabAccess;
import io.rdpg.plan.lab.LabNode;
import io.rdpg.plan.lab.LabSpec;
import io.rdpg.plan.trial.Machine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.images.builder.ImageFromDockerfile;

/** A node: a container with a name and an address of its own on its lab's network. */
final class ContainerNode extends GenericContainer<ContainerNode> implements Machine {
  static final LabNode.Ports PORTS = new LabNode.Ports(22, 7432, 8500, 6432, 5432);

  private static final Duration LONGEST_START = Duration.ofMinutes(10);
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(100);
  private static final int TIMEOUT_MS = 1000;

  /** Between rows: nothing that they hold. */
  private static final String ROW_END = "\u001e";

  private static final Map<String, String> LOGS =
      Map.of(
          "ssh", "/var/log/ssh.log",
          "postgres", "/var/log/postgresql/postgresql-15-main.log",
          "pgbouncer", "/var/log/postgresql/pgbouncer.log",
          "haproxy", "/var/log/haproxy.log");

  private final LabNode node;
  private final Network network;

  /** A node that isn't started yet. */
  ContainerNode(
      ImageFromDockerfile image, Network network, LabNode node, LabSpec lab, LabAccess access) {
    super(image);
    this.node = node;
    this.network = network;
    withNetwork(network);
    withNetworkAliases(node.name());
    withEnv("ADDRESS", node.address());
    withEnv("CONSUL", consul(node, lab.consulServers()));
    withEnv("PROXIES", Boolean.toString(node.role() == LabNode.Role.SERVICE));
    withEnv("CLIENT_KEY", text(publicHalf(access.clientKey())));
    withEnv("HOST_KEY", text(access.hostKey(node)));
    withEnv("PASSWORD", text(access.passwords().resolve("postgres")));
    withImagePullPolicy(_ -> false);
    withCreateContainerCmdModifier(
        command -> command.withHostName(node.name()).withIpv4Address(node.address()));
  }

  /** The agent's configuration: an agent that is killed stays a member, as in a lab. */
  private static String consul(LabNode node, List<LabNode> servers) {
    String role =
        servers.contains(node) ? "true, \"bootstrap_expect\": " + servers.size() : "false";
    String join =
        servers.stream()
            .map(server -> "\"" + server.address() + "\"")
            .collect(Collectors.joining(", "));
    return """
    {"node_name": "%s", "server": %s, "bind_addr": "%s", "client_addr": "%3$s", "retry_join": [%s],
     "retry_interval": "1s", "data_dir": "/var/lib/consul", "performance": {"raft_multiplier": 1},
     "leave_on_terminate": false, "skip_leave_on_interrupt": true, "enable_local_script_checks": true,
     "disable_update_check": true}
    """
        .formatted(node.name(), role, node.address(), join);
  }

  private static Path publicHalf(Path key) {
    return key.resolveSibling(key.getFileName() + ".pub");
  }

  private static String text(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String name() {
    return node.name();
  }

  String address() {
    return node.address();
  }

  /**
   * Waits until its servers take connections.
   *
   * @throws IllegalStateException when it has ended, or one takes none
   */
  void awaitServers() {
    long end = System.nanoTime() + LONGEST_START.toNanos();
    List<Integer> ports =
        Stream.concat(
                Stream.of(PORTS.ssh(), PORTS.postgres(), PORTS.consul()),
                node.role() == LabNode.Role.SERVICE ? Stream.of(PORTS.pgbouncer()) : Stream.of())
            .toList();
    for (int port : ports) {
      while (!connects(port)) {
        if (!isRunning() || System.nanoTime() - end > 0) {
          throw new IllegalStateException(
              "%s takes no connections at port %d: %s".formatted(name(), port, getLogs()));
        }
        pauseBetweenTries();
      }
    }
  }

  private static void pauseBetweenTries() {
    try {
      Thread.sleep(BETWEEN_TRIES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Whether one of its servers takes a connection from this machine. */
  boolean connects(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address(), port), TIMEOUT_MS);
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  @Override
  public void disconnect() {
    docker()
        .disconnectFromNetworkCmd()
        .withContainerId(getContainerId())
        .withNetworkId(network.getId())
        .withForce(true)
        .exec();
  }

  @Override
  public void reconnect() {
    docker()
        .connectToNetworkCmd()
        .withContainerId(getContainerId())
        .withNetworkId(network.getId())
        .withContainerNetwork(
            new ContainerNetwork()
                .withIpamConfig(new ContainerNetwork.Ipam().withIpv4Address(address()))
                .withAliases(List.of(name())))
        .exec();
    awaitServers();
  }

  @Override
  public void pause() {
    docker().pauseContainerCmd(getContainerId()).exec();
  }

  @Override
  public void unpause() {
    docker().unpauseContainerCmd(getContainerId()).exec();
  }

  @Override
  public void powerOff() {
    docker().killContainerCmd(getContainerId()).exec();
  }

  @Override
  public void powerOn() {
    docker().startContainerCmd(getContainerId()).exec();
    awaitServers();
  }

  private DockerClient docker() {
    return getDockerClient();
  }

  @Override
  public String run(String... command) {
    ExecResult result = executed(command);
    if (result.getExitCode() != 0) {
      throw new IllegalStateException(
          "%s: %s: %s".formatted(name(), String.join(" ", command), result.getStderr().strip()));
    }
    return result.getStdout();
  }

  private ExecResult executed(String... command) {
    try {
      return execInContainer(command);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** By psql on the node: the superuser is let in from there only. */
  List<String> sql(String database, String statement) throws SQLException {
    List<String> asPostgres =
        List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups");
    List<String> psql =
        List.of("psql", "-XqAt", "-R", ROW_END, "-p", Integer.toString(PORTS.postgres()));
    List<String> what = List.of("-d", database, "-c", statement);
    ExecResult result =
        executed(Stream.of(asPostgres, psql, what).flatMap(List::stream).toArray(String[]::new));
    if (result.getExitCode() != 0) {
      throw new SQLException(result.getStderr().strip());
    }
    String rows = result.getStdout().replaceFirst("\n$", "");
    return rows.isEmpty() ? List.of() : List.of(rows.split(ROW_END, -1));
  }

  /** As files named as a lab's; a container that doesn't run has Consul's only. */
  void copyLogs(Path to) throws IOException {
    Files.createDirectories(to);
    Files.writeString(to.resolve("consul.log"), getLogs());
    for (Map.Entry<String, String> log : LOGS.entrySet()) {
      if (isRunning() && executed("test", "-e", log.getValue()).getExitCode() == 0) {
        Files.writeString(to.resolve(log.getKey() + ".log"), run("cat", log.getValue()));
      }
    }
  }
}
