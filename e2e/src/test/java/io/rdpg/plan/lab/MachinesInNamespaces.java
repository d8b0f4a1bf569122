package io.rdpg.plan.lab;

import io.rdpg.plan.language.model.LabSettings;
import io.rdpg.plan.testing.TestDeadlines;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Managers whose servers are those of a lab, each node's in a network namespace of its own. They
 * end with the network.
 */
public final class MachinesInNamespaces {
  private final Network network;

  /**
   * Starts them and waits until they answer.
   *
   * @param names the managers, which make one cluster
   */
  public MachinesInNamespaces(Network network, List<String> names, Path home) throws IOException {
    this.network = network;
    LabSpec spec =
        new LabSpec(
            home,
            names.stream()
                .map(name ->
                    new LabNode(
                        name,
                        "rdpgmc",
                        LabNode.Role.MANAGER,
                        network.address(name),
                        LabNode.Ports.DEFAULT))
                .toList(),
            LabSettings.Postgres.USUAL,
            false);
    RequiredPrograms tools = RequiredPrograms.locate(TestLabs::say);
    LabContext site =
        new LabContext(
            spec,
            LabUser.detect(),
            tools,
            PostgresPrograms.locate(spec.postgres(), tools, TestLabs::say),
            ConsulPackage.locate(TestLabs::say));
    spec.nodes().forEach(node -> LabDirectories.make(site.home().node(node)));
    var _ = LabAccess.make(spec);
    List<LabServer> servers =
        spec.nodes().stream()
            .<LabServer>flatMap(node ->
                Stream.of(
                    new SshServer(site, node),
                    new PostgresServer(site, node),
                    new ConsulAgent(site, node)))
            .toList();
    List<Process> processes = new ArrayList<>();
    for (LabServer server : servers) {
      server.prepare();
      if (server.kind() == ServerKind.POSTGRES) {
        // As servers are that others reach by their addresses, and their own machine by 127.0.0.1.
        Files.writeString(
            server.directory(site.home()).resolve("data/postgresql.conf"),
            "listen_addresses = '*'\n",
            StandardOpenOption.APPEND);
      }
      processes.add(start(site, server));
    }
    for (int i = 0; i < servers.size(); i++) {
      awaitAnswer(site, servers.get(i), processes.get(i));
    }
  }

  public String user() {
    return LabUser.detect().name();
  }

  private Process start(LabContext site, LabServer server) throws IOException {
    List<String> command = new ArrayList<>(network.on(server.node().name()));
    command.addAll(
        server.asLabUser() ? UserSwitch.command(site, server.command()) : server.command());
    LabDirectories.make(site.home().logs(server.node()));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(site.home().node(server.node()).toFile())
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(site.home().log(server.node(), server.kind()).toFile());
    builder.environment().clear();
    builder.environment().putAll(Map.of("PATH", site.searchPath(), "LANG", "C.UTF-8"));
    return builder.start();
  }

  private static void awaitAnswer(LabContext site, LabServer server, Process process)
      throws IOException {
    boolean answers =
        ServerStarter.await(
            TestDeadlines.SOON,
            () -> {
              try {
                return !process.isAlive() || server.answers(process.pid());
              } catch (IOException notYet) {
                return false;
              }
            });
    if (!answers || !process.isAlive()) {
      throw new AssertionError(
          server.title()
              + " doesn't answer: "
              + Files.readString(site.home().log(server.node(), server.kind())));
    }
  }
}
