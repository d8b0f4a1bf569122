package io.rdpg.plan.containers;

import com.github.dockerjava.api.model.Network.Ipam;
import io.rdpg.plan.lab.ConsulPackage;
import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.TestDeadlines;
import io.rdpg.plan.testing.TestFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.testcontainers.containers.Network;
import org.testcontainers.images.builder.ImageFromDockerfile;
import org.testcontainers.lifecycle.Startables;

/** Three managers in containers, on a network of their own, and the inventory that lists them. */
final class ContainerCluster implements AutoCloseable {
  private static final Path CHECKOUT =
      Path.of(System.getProperty("rdpg.checkout", "..")).toAbsolutePath().normalize();
  private static final Path DEFINITION = Path.of("src/test/resources/node");
  private static final int CONSUL = 8500;
  private static final List<Integer> PORTS = List.of(22, 7432, CONSUL);

  private final Path directory;
  private final Network network;
  private final List<ContainerNode> nodes;
  private final List<BootstrapRun> runs = new ArrayList<>();

  private ContainerCluster(Path directory, Network network, List<ContainerNode> nodes) {
    this.directory = directory;
    this.network = network;
    this.nodes = nodes;
  }

  /** Starts them side by side, and waits until all their servers answer. */
  static ContainerCluster start() throws IOException {
    Path directory = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "cluster-");
    for (String secret : List.of("postgres", "rdpg", "health")) {
      TestFiles.write(
          directory.resolve(secret), Long.toHexString(ThreadLocalRandom.current().nextLong()));
    }
    String key = sshKey(directory);
    String subnet = "10.213." + ThreadLocalRandom.current().nextInt(1, 255) + ".";
    Network network =
        Network.builder()
            .createNetworkCmdModifier(command ->
                command.withIpam(
                    new Ipam().withConfig(new Ipam.Config().withSubnet(subnet + "0/24"))))
            .build();
    String servers =
        IntStream.rangeClosed(1, 3)
            .mapToObj(i -> "\"" + subnet + (10 + i) + "\"")
            .collect(Collectors.joining(", ", "[", "]"));
    Map<String, String> environment =
        Map.of("SERVERS", servers, "KEY", key, "PASSWORD", secret(directory, "postgres"));
    ImageFromDockerfile image = image();
    List<ContainerNode> nodes =
        IntStream.rangeClosed(1, 3)
            .mapToObj(
                i -> new ContainerNode(image, network, "mc" + i, subnet + (10 + i), environment))
            .toList();
    ContainerCluster cluster = new ContainerCluster(directory, network, nodes);
    Startables.deepStart(nodes).join();
    nodes.forEach(cluster::awaitServers);
    cluster.writeInventory();
    return cluster;
  }

  private static ImageFromDockerfile image() {
    return new ImageFromDockerfile("rdpg-plan/node", false)
        .withFileFromPath(".", DEFINITION)
        .withFileFromPath("consul", ConsulPackage.locate(_ -> {}))
        .withBuildArg(
            "BASE",
            Optional.ofNullable(System.getenv("RDPG_BASE_IMAGE")).orElse("debian:bookworm"));
  }

  private static String sshKey(Path directory) throws IOException {
    try {
      Path key = directory.resolve("key");
      int exit =
          new ProcessBuilder("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString())
              .start()
              .waitFor();
      if (exit != 0) {
        throw new AssertionError("ssh-keygen ended with " + exit);
      }
      return TestFiles.read(directory.resolve("key.pub")).strip();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static String secret(Path directory, String name) {
    return TestFiles.read(directory.resolve(name)).strip();
  }

  /** Waits until its sshd, PostgreSQL and Consul take connections. */
  void awaitServers(ContainerNode node) {
    for (int port : PORTS) {
      Eventually.holds(
          node.name() + " takes connections at " + port,
          TestDeadlines.LONG,
          () -> {
            if (!node.isRunning()) {
              throw new AssertionError(node.name() + " has ended: " + node.getLogs());
            }
            return connects(node.address(), port);
          });
    }
  }

  /** Whether one of its servers takes a connection from this machine. */
  boolean answers(ContainerNode node) {
    return PORTS.stream().anyMatch(port -> connects(node.address(), port));
  }

  private static boolean connects(String address, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), 1000);
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  /** Who leads Consul, as the first node that answers says; absent while nobody does. */
  Optional<ContainerNode> consulLeader() {
    String said = consul("/v1/status/leader");
    return nodes.stream().filter(node -> said.contains("\"" + node.address() + ":")).findFirst();
  }

  /** What Consul answers to a GET, at the first node whose agent takes connections. */
  String consul(String path) {
    ContainerNode node =
        nodes.stream().filter(it -> connects(it.address(), CONSUL)).findFirst().orElseThrow();
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://" + node.address() + ":" + CONSUL + path))
              .timeout(TestDeadlines.SOON)
              .build();
      return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private void writeInventory() {
    TestFiles.write(
        directory.resolve("known_hosts"),
        nodes.stream()
            .map(
                node -> node.address() + " " + node.run("cat", "/etc/ssh/ssh_host_ed25519_key.pub"))
            .collect(Collectors.joining()));
    TestFiles.write(
        inventory(),
        """
        all:
          vars:
            cluster_roles: [manager, service]
            ansible_user: root
            ansible_ssh_private_key_file: DIRECTORY/key
            ssh_known_hosts: DIRECTORY/known_hosts
            ansible_ssh_common_args: -F none -o IdentitiesOnly=yes
            pg_layout: debian
            pg_version: 15
            replication: pglogical
            cluster_service: pgbdr
            s3_backups: false
            backups_path: /var/lib/rdpg/backups
            pg_password: "{{ secret('file:DIRECTORY/postgres') }}"
            rdpg_password: "{{ secret('file:DIRECTORY/rdpg') }}"
            health_password: "{{ secret('file:DIRECTORY/health') }}"
            pg_host: 127.0.0.1
            pg_port: 7432
            pg_user: postgres
            consul_address: "{{ node.address }}"
            consul_port: 8500
          children:
            rdpgmc:
              vars: {cluster_id: rdpgmc, cluster_role: manager}
              hosts:
        HOSTS
        """
            .replace("DIRECTORY", directory.toString())
            .replace(
                "HOSTS",
                nodes.stream()
                    .map(node ->
                        "        " + node.name() + ": {ansible_host: " + node.address() + "}\n")
                    .collect(Collectors.joining())));
  }

  private Path inventory() {
    return directory.resolve("inventory.yml");
  }

  List<ContainerNode> nodes() {
    return nodes;
  }

  ContainerNode node(String name) {
    return nodes.stream().filter(node -> node.name().equals(name)).findFirst().orElseThrow();
  }

  /** Starts {@code rdpg-plan apply bootstrap} at this machine, for all nodes. */
  BootstrapRun bootstrap() {
    ProcessBuilder command =
        new ProcessBuilder(
                CHECKOUT.resolve("rdpg-plan").toString(),
                "apply",
                "bootstrap",
                "-o",
                "json",
                "-i",
                inventory().toString())
            .directory(directory.toFile());
    command
        .environment()
        .putAll(
            Map.of(
                "RDPG_PLAN_BUILD",
                "never",
                "XDG_STATE_HOME",
                directory.resolve("state").toString(),
                "JAVA_HOME",
                System.getProperty("java.home")));
    BootstrapRun run = new BootstrapRun(command, directory.resolve("errors"));
    runs.add(run);
    return run;
  }

  @Override
  public void close() {
    runs.forEach(BootstrapRun::close);
    nodes.forEach(ContainerNode::stop);
    network.close();
    TestFiles.delete(directory);
  }
}
