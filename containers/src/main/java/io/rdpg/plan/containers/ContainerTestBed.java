package io.rdpg.plan.containers;

import io.rdpg.plan.lab.ConsulPackage;
import io.rdpg.plan.lab.InventoryLab;
import io.rdpg.plan.lab.LabAccess;
import io.rdpg.plan.lab.LabNode;
import io.rdpg.plan.lab.LabSpec;
import io.rdpg.plan.language.model.Inventory;
import io.rdpg.plan.language.vault.Vault;
import io.rdpg.plan.trial.Machine;
import io.rdpg.plan.trial.PlanProgram;
import io.rdpg.plan.trial.TestBed;
import io.rdpg.plan.trial.TrialConsul;
import io.rdpg.plan.trial.TrialInventory;
import io.rdpg.plan.trial.TrialRuns;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.testcontainers.containers.Network;
import org.testcontainers.images.builder.ImageFromDockerfile;
import org.testcontainers.lifecycle.Startables;

/**
 * The nodes of a lab's inventory as containers, on a network of their own. A last inventory says
 * where they are, and where Debian's packages have things; so any lab's inventory serves, as long
 * as it says nothing else by {@code lab}.
 */
final class ContainerTestBed implements TestBed {
  private final Path directory;
  private final Network network;
  private final Map<String, ContainerNode> nodes;
  private final TrialRuns runs;

  private ContainerTestBed(
      Path directory, Network network, Map<String, ContainerNode> nodes, TrialRuns runs) {
    this.directory = directory;
    this.network = network;
    this.nodes = nodes;
    this.runs = runs;
  }

  static ContainerTestBed start(
      PlanProgram program, Path workingDirectory, List<Path> inventories, String image) {
    Inventory given = TrialInventory.read(inventories, Vault.WITHOUT_PASSWORDS);
    LabSpec asked = InventoryLab.spec(given);
    Subnet subnet = Subnet.make();
    try {
      Path directory = Files.createTempDirectory("rdpg-containers-");
      Map<String, String> addresses = TrialInventory.addresses(given, subnet.prefix());
      LabSpec spec = at(addresses, directory.resolve("lab"), asked);
      LabAccess access = LabAccess.make(spec);
      TrialInventory own =
          TrialInventory.write(
              inventories,
              Vault.WITHOUT_PASSWORDS,
              directory.resolve("inventory"),
              addresses,
              "lab: false\n",
              variables(access));
      ImageFromDockerfile definition = definition(image);
      Map<String, ContainerNode> nodes = new LinkedHashMap<>();
      for (LabNode node : spec.nodes()) {
        nodes.put(node.name(), new ContainerNode(definition, subnet.network(), node, spec, access));
      }
      TrialRuns runs = new TrialRuns(program, workingDirectory, directory, own.sources());
      ContainerTestBed bed = new ContainerTestBed(directory, subnet.network(), nodes, runs);
      try {
        Startables.deepStart(nodes.values()).join();
        nodes.values().forEach(ContainerNode::awaitServers);
        return bed;
      } catch (RuntimeException e) {
        bed.close();
        throw e;
      }
    } catch (RuntimeException e) {
      subnet.network().close();
      throw e;
    } catch (IOException e) {
      subnet.network().close();
      throw new UncheckedIOException(e);
    }
  }

  /** The same nodes elsewhere. */
  private static LabSpec at(Map<String, String> addresses, Path home, LabSpec asked) {
    return new LabSpec(
        home,
        asked.nodes().stream()
            .map(node ->
                new LabNode(
                    node.name(),
                    node.cluster(),
                    node.role(),
                    Objects.requireNonNull(addresses.get(node.name())),
                    ContainerNode.PORTS))
            .toList());
  }

  /** How a node is reached, and where it has things. */
  private static String variables(LabAccess access) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(ContainerTestBed.class.getResourceAsStream("variables.yml"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .replace("CLIENT_KEY", access.clientKey().toString())
          .replace("KNOWN_HOSTS", access.knownHosts().toString())
          .replace("PASSWORDS", access.passwords().toString());
    }
  }

  private static ImageFromDockerfile definition(String base) {
    ImageFromDockerfile image = new ImageFromDockerfile("rdpg-plan/node", false);
    for (String file : List.of("Dockerfile", "node", "postgresql.conf")) {
      image.withFileFromClasspath(file, "io/rdpg/plan/containers/" + file);
    }
    return image
        .withFileFromPath("consul", ConsulPackage.locate(_ -> {}))
        .withBuildArg("BASE", base);
  }

  @Override
  public List<String> nodes() {
    return List.copyOf(nodes.keySet());
  }

  @Override
  public String address(String node) {
    return node(node).address();
  }

  @Override
  public TrialRuns runs() {
    return runs;
  }

  @Override
  public List<String> sql(String node, String database, String statement) throws SQLException {
    return node(node).sql(database, statement);
  }

  @Override
  public TrialConsul consul() {
    ContainerNode node =
        nodes.values().stream()
            .filter(one -> one.connects(ContainerNode.PORTS.consul()))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("no node's Consul takes connections"));
    return new TrialConsul(
        node.name(), URI.create("http://" + node.address() + ":" + ContainerNode.PORTS.consul()));
  }

  @Override
  public Path directory(String node) {
    throw new UnsupportedOperationException(
        "the files of " + node(node).name() + " are in its container: ask machine().run()");
  }

  @Override
  public void copyLogs(String node, Path to) throws IOException {
    node(node).copyLogs(to);
  }

  @Override
  public Machine machine(String node) {
    return node(node);
  }

  private ContainerNode node(String name) {
    ContainerNode node = nodes.get(name);
    if (node == null) {
      throw new IllegalArgumentException("there is no node " + name + ", only " + nodes.keySet());
    }
    return node;
  }

  @Override
  public void close() {
    runs.end();
    nodes.values().parallelStream().forEach(ContainerNode::stop);
    network.close();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
