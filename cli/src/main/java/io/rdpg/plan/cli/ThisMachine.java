package io.rdpg.plan.cli;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Inventory;
import io.rdpg.plan.language.model.Node;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Finds the node of an inventory that this machine is, by the addresses of its interfaces. */
final class ThisMachine {
  private static final String HINT = "name it: --local --limit NODE";

  private ThisMachine() {}

  /**
   * The node's name.
   *
   * @throws Failure with {@code unknown_node} when no node, or more than one, has an address of
   *     this machine
   */
  static String nodeOf(Inventory inventory) {
    List<Node> own = inventory.nodes().stream().filter(ThisMachine::isOwn).toList();
    if (own.isEmpty()) {
      throw Failure.of(
          Code.UNKNOWN_NODE,
          "no node of " + inventory.file() + " has an address of this machine",
          HINT);
    }
    if (own.size() > 1) {
      String names =
          own.stream()
              .map(node -> node.name() + " (" + node.address() + ")")
              .collect(Collectors.joining(", "));
      throw Failure.of(
          Code.UNKNOWN_NODE, "several nodes have an address of this machine: " + names, HINT);
    }
    return own.getFirst().name();
  }

  private static boolean isOwn(Node node) {
    try {
      return Arrays.stream(InetAddress.getAllByName(node.address())).anyMatch(ThisMachine::isOwn);
    } catch (IOException unknownHost) {
      return false;
    }
  }

  /** Loopback addresses are never another machine's. */
  private static boolean isOwn(InetAddress address) {
    try {
      return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
    } catch (IOException e) {
      return false;
    }
  }
}
