package io.rdpg.plan.lab;

import io.rdpg.plan.language.model.LabSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Labs for tests: in directories and on loopback addresses that nobody else uses. */
final class TestLabs {
  private TestLabs() {}

  /** mc1 to mc3 and sc1, sc2. */
  static LabSpec managersAndService() {
    return spec(managersAndService(network()));
  }

  static List<LabNode> managersAndService(String network) {
    Stream<LabNode> managers =
        IntStream.rangeClosed(1, 3)
            .mapToObj(i -> node("mc" + i, "rdpgmc", LabNode.Role.MANAGER, network + (10 + i)));
    Stream<LabNode> service =
        IntStream.rangeClosed(1, 2)
            .mapToObj(i -> node("sc" + i, "rdpgsc1", LabNode.Role.SERVICE, network + (20 + i)));
    return Stream.concat(managers, service).toList();
  }

  /** sc1 alone. */
  static LabSpec oneNode() {
    return spec(List.of(node("sc1", "rdpgsc1", LabNode.Role.SERVICE, network() + 1)));
  }

  static void say(String progress) {
    System.out.println("lab: " + progress);
  }

  private static LabSpec spec(List<LabNode> nodes) {
    Path home = Path.of("/tmp", "lab-test-" + Long.toHexString(random(1L << 40)));
    return new LabSpec(home, nodes, LabSettings.Postgres.USUAL, false);
  }

  private static LabNode node(String name, String cluster, LabNode.Role role, String address) {
    return new LabNode(name, cluster, role, address, LabNode.Ports.DEFAULT);
  }

  /** The first three numbers of loopback addresses, with the dot after them. */
  static String network() {
    return "127." + (1 + random(250)) + "." + (1 + random(250)) + ".";
  }

  private static long random(long bound) {
    return ThreadLocalRandom.current().nextLong(bound);
  }
}
