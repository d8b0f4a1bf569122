package io.rdpg.plan.language.model;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The nodes on which a plan can run.
 *
 * @param sources the files and folders that were named, in their order
 * @param files every file that it was read from, those of variables and scripts too
 * @param nodes in inventory order
 * @param groups each group's nodes by name, in inventory order; {@code all} is among them
 * @param tree what each group itself contains, by name; {@code all} first
 * @param lab the settings of a local lab; null for real nodes
 */
public record Inventory(
    List<Path> sources,
    List<Path> files,
    List<Node> nodes,
    Map<String, List<String>> groups,
    Map<String, Group> tree,
    @Nullable LabSettings lab) {
  public Inventory {
    sources = List.copyOf(sources);
    files = List.copyOf(files);
    nodes = List.copyOf(nodes);
    groups = Collections.unmodifiableMap(new LinkedHashMap<>(groups));
    tree = Collections.unmodifiableMap(new LinkedHashMap<>(tree));
  }

  /**
   * A group.
   *
   * @param hosts those that it names itself
   * @param children the groups in it
   */
  public record Group(List<String> hosts, List<String> children) {
    public Group {
      hosts = List.copyOf(hosts);
      children = List.copyOf(children);
    }
  }

  /** The first of its sources, by whose place a lab is told from others. */
  public Path file() {
    return sources.getFirst();
  }

  /** Its sources as people name them. */
  public String name() {
    return sources.stream().map(Path::toString).collect(Collectors.joining(", "));
  }

  /** The same, with the files that it was read from. */
  public Inventory readFrom(List<Path> all) {
    return new Inventory(sources, all, nodes, groups, tree, lab);
  }

  public Optional<Node> node(String name) {
    return nodes.stream().filter(node -> node.name().equals(name)).findFirst();
  }

  /** The nodes of one cluster in inventory order; empty for an unknown id. */
  public List<Node> cluster(String id) {
    return nodes.stream()
        .filter(node -> node.cluster() != null && node.cluster().id().equals(id))
        .toList();
  }
}
