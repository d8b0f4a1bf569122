package io.rdpg.plan.language.inventory;

import static io.rdpg.plan.language.inventory.InventoryGroup.ALL;
import static io.rdpg.plan.language.inventory.InventoryGroup.UNGROUPED;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.diagnostic.Suggestions;
import io.rdpg.plan.language.model.Inventory;
import io.rdpg.plan.language.model.LabSettings;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.yaml.LiteralOrTemplate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes nodes of what an inventory says about groups and hosts. Variables merge as Ansible's do: a
 * group's win over those of the groups above it; among groups of one depth the larger {@code
 * ansible_group_priority}, then the later name; a host's own win over all.
 *
 * @see <a
 *     href="https://docs.ansible.com/ansible/latest/inventory_guide/intro_inventory.html">Ansible,
 *     How variables are merged</a>
 */
final class InventoryNodes {
  private static final String CLUSTER_ID = "cluster_id";
  private static final String CLUSTER_ROLE = "cluster_role";

  /** What says a node's address; the first that is there counts. */
  private static final List<String> ADDRESSES =
      List.of("peer_address", "ansible_host", "ansible_ssh_host");

  private static final List<String> PORTS =
      List.of("ansible_port", "ansible_ssh_port", "pg_port", "consul_port");

  private static final String CLUSTER_ROLES = "cluster_roles";
  private static final String LAB_PROXIES = "lab_proxies";

  /** Where the inventory doesn't list any. */
  private static final List<String> ROLES = List.of("manager", "service");

  private final InventoryTree tree;
  private final VariableLayers layers;
  private final Diagnostics diagnostics;
  private final Map<String, Integer> depths = new HashMap<>();

  InventoryNodes(InventoryTree tree, VariableLayers layers, Diagnostics diagnostics) {
    this.tree = tree;
    this.layers = layers;
    this.diagnostics = diagnostics;
  }

  Inventory inventory(List<Path> sources, @Nullable LabSettings lab) {
    List<Node> nodes = new ArrayList<>();
    Map<String, Integer> sizes = new HashMap<>();
    Map<String, Span> addresses = new HashMap<>();
    tree.groups().values().forEach(this::checkPriority);
    for (InventoryHost host : tree.hosts().values()) {
      Node node = node(host, sizes);
      nodes.add(node);
      if (node.cluster() != null) {
        Span earlier = addresses.putIfAbsent(node.address(), host.at);
        if (earlier != null) {
          diagnostics.add(
              Diagnostic.at(
                      host.at, Code.DUPLICATE_NODE, "two nodes have the address " + node.address())
                  .withHint(
                      "the other is at "
                          + (earlier.file().equals(host.at.file())
                              ? "line " + earlier.line()
                              : earlier.place())));
        }
      }
    }
    return new Inventory(sources, List.of(), nodes, members(nodes), groups(), lab);
  }

  /** The groups in the order in which the sources name them, {@code all} first. */
  private Map<String, Inventory.Group> groups() {
    Map<String, Inventory.Group> groups = new LinkedHashMap<>();
    for (InventoryGroup group : tree.groups().values()) {
      groups.put(
          group.name, new Inventory.Group(List.copyOf(group.hosts), List.copyOf(group.children)));
    }
    return groups;
  }

  private Node node(InventoryHost host, Map<String, Integer> sizes) {
    List<InventoryGroup> ordered = groupsOf(host);
    Map<String, Value.Entry> vars = layers.merged(host, ordered);
    Value.Entry misplaced = layers.ofHost(host).get(CLUSTER_ID);
    if (misplaced != null) {
      diagnostics.add(
          misplaced.keyAt(), Code.BAD_VALUE, "'cluster_id' is a variable of groups, not of hosts");
    }
    PORTS.forEach(name -> checkPort(name, vars.get(name)));
    Value.Entry priority = vars.get(InventoryGroup.PRIORITY);
    if (priority != null) {
      wrong(
          priority,
          "'ansible_group_priority' has no effect here",
          "only a group has one, and only in the inventory itself, not in group_vars");
    }
    String address = null;
    for (String variable : ADDRESSES.reversed()) {
      String given = literal(vars, variable);
      address = given == null ? address : given;
    }
    Map<String, Value> values = new LinkedHashMap<>();
    vars.forEach((name, entry) -> values.put(name, entry.value()));
    return new Node(
        host.name,
        address == null ? host.name : address,
        ordered.stream().map(group -> group.name).filter(name -> !name.equals(ALL)).toList(),
        cluster(host, ordered, vars, sizes),
        values);
  }

  private Node.@Nullable Membership cluster(
      InventoryHost host,
      List<InventoryGroup> ordered,
      Map<String, Value.Entry> vars,
      Map<String, Integer> sizes) {
    Map<String, InventoryGroup> clusters = new LinkedHashMap<>();
    for (InventoryGroup group : ordered) {
      String id = literal(layers.ofGroup(group), CLUSTER_ID);
      if (id != null) {
        clusters.putIfAbsent(id, group);
      }
    }
    if (clusters.isEmpty()) {
      return null;
    }
    if (clusters.size() > 1) {
      diagnostics.add(
          Diagnostic.at(
                  host.at,
                  Code.DUPLICATE_NODE,
                  "'" + host.name + "' is in two clusters: " + String.join(", ", clusters.keySet()))
              .withHint("a node belongs to one cluster"));
    }
    Map.Entry<String, InventoryGroup> cluster = clusters.entrySet().iterator().next();
    String role = role(cluster.getKey(), cluster.getValue(), vars);
    checkLabProxies(vars);
    return new Node.Membership(
        cluster.getKey(), role, sizes.merge(cluster.getKey(), 1, Integer::sum));
  }

  private String role(String id, InventoryGroup cluster, Map<String, Value.Entry> vars) {
    Value.Entry entry = vars.get(CLUSTER_ROLE);
    if (entry == null) {
      diagnostics.add(
          Diagnostic.at(
                  keyAt(cluster, CLUSTER_ID),
                  Code.MISSING_ARGUMENT,
                  "cluster '" + id + "' has no cluster_role")
              .withHint("set it to " + either(roles(vars)) + " in group '" + cluster.name + "'"));
      return "";
    }
    String role = literal(vars, CLUSTER_ROLE);
    if (role == null) {
      return "";
    }
    List<String> roles = roles(vars);
    if (!roles.contains(role)) {
      diagnostics.add(
          Diagnostic.at(
                  entry.value().at(),
                  Code.BAD_VALUE,
                  "'cluster_role' is " + either(roles) + ", not '" + role + "'")
              .withHint(Suggestions.hint(role, roles)));
    }
    return role;
  }

  /** The roles that {@code cluster_roles} lists; the usual ones where it is absent or wrong. */
  private List<String> roles(Map<String, Value.Entry> vars) {
    Value.Entry entry = vars.get(CLUSTER_ROLES);
    if (entry == null) {
      return ROLES;
    }
    if (entry.value() instanceof Value.Seq seq
        && !seq.items().isEmpty()
        && seq.items().stream().allMatch(InventoryNodes::isName)) {
      return seq.items().stream().flatMap(role -> LiteralOrTemplate.scalar(role).stream()).toList();
    }
    wrong(entry, "'cluster_roles' must be a list of names", "such as [manager, service]");
    return ROLES;
  }

  private static boolean isName(Value value) {
    return !LiteralOrTemplate.isTemplate(value)
        && LiteralOrTemplate.scalar(value).filter(name -> !name.isBlank()).isPresent();
  }

  private void checkLabProxies(Map<String, Value.Entry> vars) {
    Value.Entry entry = vars.get(LAB_PROXIES);
    if (entry != null && !(entry.value() instanceof Value.Bool)) {
      wrong(entry, "'lab_proxies' must be true or false", "it can't be a template");
    }
  }

  private void checkPriority(InventoryGroup group) {
    group
        .wrongPriority()
        .ifPresent(entry ->
            wrong(
                entry,
                "'ansible_group_priority' must be a whole number",
                "such as 10; it can't be a template, and the default is 1"));
  }

  /** A template is only known when it is rendered. */
  private void checkPort(String name, Value.@Nullable Entry entry) {
    Value value = entry == null ? null : entry.value();
    boolean wrong =
        switch (value) {
          case null -> false;
          case Value.Nothing _ -> false;
          case Value.Str str when LiteralOrTemplate.isTemplate(str) -> false;
          case Value.Str(String text, Span _) ->
              !text.isEmpty() && !LiteralOrTemplate.isSecret(value) && !isPort(text);
          case Value.Num(String source, Number number, Span _) ->
              source.matches("0[0-7]+") || !isPort(number.toString());
          case Value.Bool _, Value.Seq _, Value.Mapping _ -> true;
        };
    if (entry != null && wrong) {
      String shown = LiteralOrTemplate.scalar(entry.value()).orElse(entry.value().kind());
      wrong(
          entry,
          "'" + name + "' must be a port, not " + shown,
          "a port is 1 to 65535, without a zero before it");
    }
  }

  private static boolean isPort(String text) {
    return text.matches("\\d{1,5}")
        && Integer.parseInt(text) >= 1
        && Integer.parseInt(text) <= 65_535;
  }

  /** Once, for all nodes that inherit it. */
  private void wrong(Value.Entry entry, String message, String hint) {
    Span at = entry.value().at();
    if (!diagnostics.hasDiagnosticAt(at)) {
      diagnostics.add(Diagnostic.at(at, Code.BAD_VALUE, message).withHint(hint));
    }
  }

  private static String either(List<String> roles) {
    return String.join(" or ", roles);
  }

  private Span keyAt(InventoryGroup group, String name) {
    Value.Entry entry = layers.ofGroup(group).get(name);
    return entry == null ? group.at : entry.keyAt();
  }

  /** A variable that is read before anything can be rendered; null when it is absent. */
  private @Nullable String literal(Map<String, Value.Entry> vars, String name) {
    Value.Entry entry = vars.get(name);
    if (entry == null || entry.value() instanceof Value.Nothing) {
      return null;
    }
    if (LiteralOrTemplate.isSecret(entry.value())) {
      wrong(
          entry,
          "'" + name + "' can't be encrypted: it is shown in events",
          "move it to a file that is not encrypted");
      return null;
    }
    if (LiteralOrTemplate.isTemplate(entry.value())
        || LiteralOrTemplate.scalar(entry.value()).isEmpty()) {
      diagnostics.add(
          Diagnostic.at(
                  entry.value().at(),
                  Code.BAD_VALUE,
                  "'" + name + "' must be written out, it can't be a template or a list")
              .withHint("the inventory is read before templates are rendered"));
      return null;
    }
    return LiteralOrTemplate.scalar(entry.value()).orElse(null);
  }

  /** All groups that a host is in, in the order in which their variables override each other. */
  private List<InventoryGroup> groupsOf(InventoryHost host) {
    Set<InventoryGroup> found = new LinkedHashSet<>();
    host.groups.forEach(name -> addWithParents(name, found));
    addWithParents(ALL, found);
    return found.stream()
        .sorted(
            Comparator.comparingInt((InventoryGroup group) -> depth(group.name))
                .thenComparingLong(InventoryGroup::priority)
                .thenComparing(group -> group.name))
        .toList();
  }

  private void addWithParents(String name, Set<InventoryGroup> found) {
    InventoryGroup group = tree.known(name);
    if (group != null && found.add(group)) {
      group.parents.forEach(parent -> addWithParents(parent, found));
    }
  }

  private int depth(String name) {
    Integer known = depths.get(name);
    if (known != null) {
      return known;
    }
    InventoryGroup group = tree.known(name);
    int depth =
        group == null || name.equals(ALL)
            ? (name.equals(ALL) ? 0 : 1)
            : 1 + group.parents.stream().mapToInt(this::depth).max().orElse(0);
    depths.put(name, depth);
    return depth;
  }

  private Map<String, List<String>> members(List<Node> nodes) {
    Map<String, List<String>> members = new LinkedHashMap<>();
    members.put(ALL, nodes.stream().map(Node::name).toList());
    Set<String> names = new LinkedHashSet<>(tree.groups().keySet());
    names.remove(ALL);
    names.remove(UNGROUPED);
    if (nodes.stream().anyMatch(node -> node.groups().contains(UNGROUPED))) {
      names.add(UNGROUPED); // after those that the sources name
    }
    for (String name : names) {
      members.put(
          name,
          nodes.stream().filter(node -> node.groups().contains(name)).map(Node::name).toList());
    }
    return members;
  }
}
