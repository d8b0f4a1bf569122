package io.rdpg.plan.lab;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Refuses a lab that can't be before anything of it is made. */
final class LabSpecCheck {
  /** What a Unix socket's path may hold (unix(7): 107), less what haproxy appends as it binds. */
  private static final int LONGEST_SOCKET_PATH = 96;

  private static final Set<String> TAKEN_NAMES = Set.of("ssh", "secrets", "lab.lock");

  private LabSpecCheck() {}

  /**
   * Checks the whole specification.
   *
   * @throws Failure that names every error
   */
  static void check(LabSpec spec) {
    List<String> diagnostics = new ArrayList<>();
    String home = spec.home().toString();
    if (!home.matches("/[A-Za-z0-9/._@+-]+")) {
      diagnostics.add("its home may contain only letters, digits and /._@+-, not '" + home + "'");
    }
    Set<String> names = new HashSet<>(TAKEN_NAMES);
    Set<String> addresses = new HashSet<>();
    for (LabNode node : spec.nodes()) {
      if (!node.name().matches("[A-Za-z0-9][A-Za-z0-9-]{0,20}") || !names.add(node.name())) {
        diagnostics.add("a lab's node can't be named '" + node.name() + "'");
      }
      if (HaproxyServer.adminSocket(new LabHome(spec.home()), node).toString().length()
          > LONGEST_SOCKET_PATH) {
        diagnostics.add("its home is too long for the socket of " + node.name() + ": " + home);
      }
      if (!isLoopback(node.address())) {
        diagnostics.add(
            "the address of %s is '%s', not a loopback address such as 127.0.0.11"
                .formatted(node.name(), node.address()));
      } else if (!addresses.add(node.address())) {
        diagnostics.add(
            "the address of %s, %s, belongs to another node"
                .formatted(node.name(), node.address()));
      }
    }
    if (spec.nodes().isEmpty()) {
      diagnostics.add("it has no nodes");
    }
    if (!diagnostics.isEmpty()) {
      throw Failure.of(
          Code.LAB_FAILED,
          "invalid lab: " + String.join("; ", diagnostics),
          "change the inventory; it can also set the home: `lab: {home: ...}`");
    }
  }

  private static boolean isLoopback(String address) {
    try {
      return InetAddress.ofLiteral(address).isLoopbackAddress();
    } catch (IllegalArgumentException _) {
      return false;
    }
  }
}
