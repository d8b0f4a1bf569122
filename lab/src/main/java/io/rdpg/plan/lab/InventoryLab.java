package io.rdpg.plan.lab;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Fields;
import io.rdpg.plan.language.model.Inventory;
import io.rdpg.plan.language.model.LabSettings;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.model.Value;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The lab that an inventory with the variable {@code lab} asks for. */
public final class InventoryLab {
  private InventoryLab() {}

  /**
   * Its variables {@code home}, {@code user}, {@code group} and {@code login}; empty for an
   * inventory of real nodes.
   */
  public static Map<String, String> facts(Inventory inventory) {
    LabSettings settings = inventory.lab();
    if (settings == null) {
      return Map.of();
    }
    LabUser user = LabUser.detect();
    return Fields.of(
        "home",
        home(inventory, settings).toString(),
        "user",
        user.name(),
        "group",
        user.group(),
        "login",
        user.login());
  }

  /**
   * The lab itself.
   *
   * @throws Failure when the inventory is not a lab's
   */
  public static Lab of(Inventory inventory) {
    return new Lab(spec(inventory));
  }

  /**
   * What it is made of.
   *
   * @throws Failure when the inventory is not a lab's
   */
  public static LabSpec spec(Inventory inventory) {
    LabSettings settings = settings(inventory);
    return new LabSpec(
        home(inventory, settings),
        inventory.nodes().stream().map(InventoryLab::node).toList(),
        postgres(inventory),
        settings.fsync());
  }

  /**
   * Which PostgreSQL it runs; a {@code bin} is absolute.
   *
   * @throws Failure when the inventory is not a lab's
   */
  public static LabSettings.Postgres postgres(Inventory inventory) {
    LabSettings.Postgres given = settings(inventory).postgres();
    return new LabSettings.Postgres(
        given.version(),
        Optional.ofNullable(given.bin())
            .map(bin -> inventory.file().toAbsolutePath().resolveSibling(bin).normalize())
            .map(Path::toString)
            .orElse(null),
        given.settings());
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

  private static LabSettings settings(Inventory inventory) {
    LabSettings settings = inventory.lab();
    if (settings == null) {
      throw Failure.of(
          Code.BAD_VALUE,
          inventory.file() + " is an inventory of real nodes, not of a lab",
          "a lab's inventory has the variable `lab: true` in its group all");
    }
    return settings;
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
    Value given = node.vars().get(variable);
    int port =
        switch (given) {
          case Value.Num number -> number.number().intValue();
          case Value.Str digits
              when digits.text().matches("\\d{1,5}") -> // as a script may print it
              Integer.parseInt(digits.text());
          case null -> usual;
          case Value.Str _, Value.Bool _, Value.Nothing _, Value.Seq _, Value.Mapping _ -> usual;
        };
    if (given != null && (port < 1 || port > 65_535)) {
      throw Diagnostic.at(
              given.at(),
              Code.BAD_VALUE,
              "variable '" + variable + "' must be a port from 1 to 65535")
          .withHint("leave it out for " + usual)
          .failure();
    }
    return port;
  }

  private static Path home(Inventory inventory, LabSettings settings) {
    String given = settings.home();
    Path file = inventory.file().toAbsolutePath();
    return given == null || given.isEmpty()
        ? Lab.defaultHome(file)
        : file.resolveSibling(given).normalize();
  }
}
