package io.rdpg.plan.cli;

import io.rdpg.plan.lab.Lab;
import io.rdpg.plan.lab.LabNode;
import io.rdpg.plan.lab.LabSpec;
import io.rdpg.plan.lab.LabUser;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Inventory;
import io.rdpg.plan.language.model.LabSettings;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.model.Value;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The lab that an inventory with the variable {@code lab} asks for. */
final class LocalLab {
  private LocalLab() {}

  /**
   * Starts what isn't up, but not for a preview, which performs nothing.
   *
   * @throws Failure for a preview of a lab that isn't up, or when a server can't be started
   */
  static void ready(Inventory inventory, boolean preview, Streams streams) {
    Lab lab = of(inventory);
    if (!preview) {
      up(lab, streams);
    } else if (!lab.status().up()) {
      throw notRunning(inventory, "a preview starts nothing");
    }
  }

  /**
   * Refuses to ask a lab of which nothing runs; what of it doesn't is for its nodes to say.
   *
   * @throws Failure when it isn't running
   */
  static void requireRunning(Inventory inventory) {
    if (!of(inventory).runs()) {
      throw notRunning(inventory, "nothing of it can be asked");
    }
  }

  private static Failure notRunning(Inventory inventory, String so) {
    return Failure.of(
        Code.LAB_FAILED,
        "the lab of " + inventory.file() + " is not running, and " + so,
        "rdpg-plan lab up -i " + inventory.file() + " starts it");
  }

  /**
   * Starts what isn't up. When interrupted, what runs by then stays, and this program ends.
   *
   * @return the servers that were started
   */
  static List<String> up(Lab lab, Streams streams) {
    try (Progress progress = new Progress(streams)) {
      Signals.onInterrupt(
          () -> {
            progress.report("interrupted: servers that are running by now keep running");
            progress.report(
                "  hint: run it again to continue, or stop them with rdpg-plan lab stop");
            Runtime.getRuntime().halt(ExitCode.INTERRUPTED.number());
          },
          () -> Runtime.getRuntime().halt(ExitCode.INTERRUPTED.number()));
      return lab.up(progress::report);
    }
  }

  /**
   * Its variables {@code home}, {@code user} and {@code login}; empty for an inventory of real
   * nodes.
   */
  static Map<String, String> facts(Inventory inventory) {
    LabSettings settings = inventory.lab();
    if (settings == null) {
      return Map.of();
    }
    LabUser user = LabUser.detect();
    return Map.of(
        "home", home(inventory, settings).toString(), "user", user.name(), "login", user.login());
  }

  /**
   * The lab itself.
   *
   * @throws Failure when the inventory is not a lab's
   */
  static Lab of(Inventory inventory) {
    LabSettings settings = inventory.lab();
    if (settings == null) {
      throw Failure.of(
          Code.BAD_VALUE,
          inventory.file() + " is an inventory of real nodes, not of a lab",
          "a lab's inventory has the variable `lab: true` in its group all");
    }
    return new Lab(
        new LabSpec(
            home(inventory, settings),
            inventory.nodes().stream().map(LocalLab::node).toList(),
            Objects.requireNonNullElse(settings.postgres(), LabSpec.DEFAULT_POSTGRES),
            settings.fsync()));
  }

  private static LabNode node(Node node) {
    Node.Membership cluster = node.cluster();
    if (cluster == null) {
      throw Failure.of(
          Code.BAD_VALUE,
          "node " + node.name() + " of the lab is in no cluster",
          "put it in a group with cluster_id and cluster_role");
    }
    LabNode.Ports usual = LabNode.Ports.DEFAULT;
    return new LabNode(
        node.name(),
        cluster.id(),
        role(node, cluster),
        node.address(),
        new LabNode.Ports(
            port(node, "ansible_port", usual.ssh()),
            port(node, "pg_port", usual.postgres()),
            port(node, "consul_port", usual.consul()),
            port(node, "pgbouncer_port", usual.pgbouncer()),
            port(node, "haproxy_port", usual.haproxy())));
  }

  /** By {@code lab_proxies}; where the inventory doesn't set it, by the cluster's role. */
  private static LabNode.Role role(Node node, Node.Membership cluster) {
    boolean proxies =
        node.vars().get("lab_proxies") instanceof Value.Bool given
            ? given.value()
            : cluster.role().equals("service");
    return proxies ? LabNode.Role.SERVICE : LabNode.Role.MANAGER;
  }

  private static int port(Node node, String variable, int usual) {
    return switch (node.vars().get(variable)) {
      case Value.Num port -> port.number().intValue();
      case Value.Str digits when digits.text().matches("\\d{1,5}") -> // as a script may print it
          Integer.parseInt(digits.text());
      case null -> usual;
      case Value.Str _, Value.Bool _, Value.Nothing _, Value.Seq _, Value.Mapping _ -> usual;
    };
  }

  private static Path home(Inventory inventory, LabSettings settings) {
    String given = settings.home();
    Path file = inventory.file().toAbsolutePath();
    return given == null || given.isEmpty()
        ? Lab.defaultHome(file)
        : file.resolveSibling(given).normalize();
  }
}
