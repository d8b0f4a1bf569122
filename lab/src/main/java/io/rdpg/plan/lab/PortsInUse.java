package io.rdpg.plan.lab;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Checks, before anything is started, that no other process listens on the servers' ports. */
final class PortsInUse {
  /** Children of a server that was killed may hold its port a moment longer. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private PortsInUse() {}

  /**
   * Checks the ports of servers that don't run.
   *
   * @param ranBefore whether any of them ran before and may only just have died
   * @throws Failure that names every port that is taken
   */
  static void requireFree(List<LabServer> servers, boolean ranBefore) {
    Duration patience = ranBefore ? PATIENCE : Duration.ZERO;
    if (!ServerStarter.await(patience, () -> taken(servers).isEmpty())) {
      throw Failure.of(
          Code.LAB_FAILED,
          "ports used by another program: " + String.join(", ", taken(servers)),
          "stop that program (`ss -ltnp` names it), or change the addresses in the inventory");
    }
  }

  private static List<String> taken(List<LabServer> servers) {
    List<String> taken = new ArrayList<>();
    for (LabServer server : servers) {
      for (int port : server.ports()) {
        String address = server.node().address();
        if (!isFree(address, port)) {
          taken.add(address + ":" + port + " (for " + server.title() + ")");
        }
      }
    }
    return taken;
  }

  private static boolean isFree(String address, int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral(address), port));
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
