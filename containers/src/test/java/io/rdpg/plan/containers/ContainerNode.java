package io.rdpg.plan.containers;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.ContainerNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.images.builder.ImageFromDockerfile;

/** A node: a container with a name and an address of its own on the cluster's network. */
final class ContainerNode extends GenericContainer<ContainerNode> {
  private final String name;
  private final String address;
  private final Network network;

  /**
   * A node that isn't started yet.
   *
   * @param environment what the definition's {@code node} takes, but the name and the address
   */
  ContainerNode(
      ImageFromDockerfile image,
      Network network,
      String name,
      String address,
      Map<String, String> environment) {
    super(image);
    this.name = name;
    this.address = address;
    this.network = network;
    withNetwork(network);
    withNetworkAliases(name);
    withEnv(environment);
    withEnv("NODE", name);
    withEnv("ADDRESS", address);
    withImagePullPolicy(_ -> false);
    withCreateContainerCmdModifier(command -> command.withHostName(name).withIpv4Address(address));
  }

  String name() {
    return name;
  }

  String address() {
    return address;
  }

  /** Takes its cable away. */
  void disconnect() {
    docker()
        .disconnectFromNetworkCmd()
        .withContainerId(getContainerId())
        .withNetworkId(network.getId())
        .withForce(true)
        .exec();
  }

  /** Plugs it in again, at the same address. */
  void reconnect() {
    docker()
        .connectToNetworkCmd()
        .withContainerId(getContainerId())
        .withNetworkId(network.getId())
        .withContainerNetwork(
            new ContainerNetwork()
                .withIpamConfig(new ContainerNetwork.Ipam().withIpv4Address(address))
                .withAliases(List.of(name)))
        .exec();
  }

  /** Ends all of its processes at once, as when the power goes. */
  void powerOff() {
    docker().killContainerCmd(getContainerId()).exec();
  }

  /** Starts it again, with the data that it had. */
  void powerOn() {
    docker().startContainerCmd(getContainerId()).exec();
  }

  /** What its PostgreSQL answers to the superuser, row by row as {@code psql -At} prints them. */
  List<String> sql(String database, String query) {
    return run(
            "setpriv",
            "--reuid=postgres",
            "--regid=postgres",
            "--init-groups",
            "psql",
            "-At",
            "-p",
            "7432",
            "-d",
            database,
            "-c",
            query)
        .lines()
        .toList();
  }

  /** What a command in it prints; it must end well. */
  String run(String... command) {
    try {
      ExecResult result = execInContainer(command);
      assertThat(result.getExitCode()).as("%s: %s", name, result.getStderr()).isZero();
      return result.getStdout();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private DockerClient docker() {
    return getDockerClient();
  }
}
