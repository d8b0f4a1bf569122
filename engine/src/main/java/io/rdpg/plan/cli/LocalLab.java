package io.rdpg.plan.cli;

import io.rdpg.plan.lab.Lab;
import io.rdpg.plan.lab.LabNode;
import io.rdpg.plan.lab.LabSpec;
import io.rdpg.plan.lab.LabUser;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.Suggestions;
import io.rdpg.plan.language.model.Inventory;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.model.Value;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The lab that an inventory with the variable {@code lab} asks for. */
final class LocalLab {
  private static final List<String> SETTINGS = List.of("home", "postgres", "fsync");

  private LocalLab() {}

  /** Tells every setting that no lab has, and every value that it can't have. */
  static void check(Inventory inventory, Diagnostics diagnostics) {
    if (inventory.lab() == null) {
      return;
    }
    inventory
        .lab()
        .entries()
        .forEach((name, entry) -> {
          if (!SETTINGS.contains(name)) {
            diagnostics.add(
                Diagnostic.at(
                        entry.keyAt(), Code.UNKNOWN_KEY, "a lab has no setting '" + name + "'")
                    .withHint(Suggestions.hint(name, SETTINGS)));
          } else if (!fits(name, entry.value())) {
            diagnostics.add(
                Diagnostic.at(
                        entry.value().at(),
                        Code.BAD_VALUE,
                        "a lab's '"
                            + name
                            + "' is "
                            + (name.equals("fsync") ? "true or false" : "a string")
                            + ", not "
                            + entry.value().kind())
                    .withHint("such as lab: {home: /srv/lab, postgres: 16.15.0, fsync: false}"));
          }
        });
  }

  private static boolean fits(String setting, Value value) {
    return setting.equals("fsync")
        ? value instanceof Value.Bool
        : value instanceof Value.Str || value instanceof Value.Num;
  }

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
      throw Failure.of(
          Code.LAB_FAILED,
          "the lab of " + inventory.file() + " is not up, and a preview starts nothing",
          "rdpg-plan lab up -i " + inventory.file() + " starts it");
    }
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
            progress.tell("interrupted: what runs of the lab by now stays");
            progress.tell("  hint: run it again to go on, or end it with rdpg-plan lab stop");
            Runtime.getRuntime().halt(ExitCode.INTERRUPTED.number());
          },
          () -> Runtime.getRuntime().halt(ExitCode.INTERRUPTED.number()));
      return lab.up(progress::tell);
    }
  }

  /**
   * Its variables {@code home}, {@code user} and {@code login}; empty for an inventory of real
   * nodes.
   */
  static Map<String, String> facts(Inventory inventory) {
    Value.Mapping settings = inventory.lab();
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
    Value.Mapping settings = inventory.lab();
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
            text(settings, "postgres", LabSpec.DEFAULT_POSTGRES),
            fsync(settings)));
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
        cluster.role().equals("service") ? LabNode.Role.SERVICE : LabNode.Role.MANAGER,
        node.address(),
        new LabNode.Ports(
            port(node, "ansible_port", usual.ssh()),
            port(node, "pg_port", usual.postgres()),
            port(node, "consul_port", usual.consul()),
            port(node, "pgbouncer_port", usual.pgbouncer()),
            port(node, "haproxy_port", usual.haproxy())));
  }

  private static int port(Node node, String variable, int usual) {
    return node.vars().get(variable) instanceof Value.Num port ? port.number().intValue() : usual;
  }

  private static Path home(Inventory inventory, Value.Mapping settings) {
    String given = text(settings, "home", "");
    Path file = inventory.file().toAbsolutePath();
    return given.isEmpty() ? Lab.defaultHome(file) : file.resolveSibling(given).normalize();
  }

  private static boolean fsync(Value.Mapping settings) {
    return !(settings.get("fsync") instanceof Value.Bool fsync) || fsync.value();
  }

  /** The settings were checked when they were read. */
  private static String text(Value.Mapping settings, String name, String otherwise) {
    return switch (settings.get(name)) {
      case Value.Str text -> text.text();
      case Value.Num number -> number.source();
      case null, default -> otherwise;
    };
  }
}
