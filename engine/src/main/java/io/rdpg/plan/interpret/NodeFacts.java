package io.rdpg.plan.interpret;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.Fields;
import io.rdpg.plan.language.model.Inventory;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.template.Templates;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is known of every node of an inventory before any node is contacted: what templates can
 * name, and how it is reached.
 *
 * @param extra variables of the command line, which win over all others
 * @param lab the running lab's {@code home}, {@code user}, {@code group} and {@code login}; empty
 *     for real nodes
 */
public record NodeFacts(
    Inventory inventory, Templates templates, Map<String, Value> extra, Map<String, String> lab) {
  private static final Set<String> SSH = Set.of("ssh", "smart", "paramiko", "paramiko_ssh");

  public NodeFacts {
    extra = Fields.copyOf(extra);
    lab = Fields.copyOf(lab);
  }

  /** What is in scope on a node outside every plan. */
  public Variables vars(Node node) {
    return vars(node, new ArrayDeque<>());
  }

  /**
   * @param asked what other nodes' variables are being rendered for
   */
  private Variables vars(Node node, Deque<String> asked) {
    Map<String, Supplier<Object>> facts = new LinkedHashMap<>();
    Variables vars = Variables.ofNode(templates, facts, inventoryOf(node), extra);
    facts.put("hostvars", once(() -> hostvars(asked)));
    facts.put("node", once(() -> describe(node)));
    facts.put("pg", once(() -> postgres(node, vars)));
    facts.put("consul", once(() -> consul(vars)));
    Node.Membership cluster = node.cluster();
    if (cluster != null) {
      facts.put("cluster", once(() -> cluster(node, cluster)));
    }
    if (!lab.isEmpty()) {
      facts.put("lab", () -> lab);
    }
    return vars;
  }

  /** Ansible's {@code hostvars}: every node's variables by its name. */
  private Map<String, Object> hostvars(Deque<String> asked) {
    Map<String, Object> nodes = new LinkedHashMap<>();
    for (Node node : inventory.nodes()) {
      Variables vars = vars(node, asked);
      Set<String> names = new LinkedHashSet<>(node.vars().keySet());
      names.addAll(extra.keySet());
      nodes.put(node.name(), new HostVariables(node.name(), names, vars::get, asked));
    }
    return nodes;
  }

  /**
   * A node's variables of the inventory, and below them {@code given}: what the command line gave
   * with {@code -e}, also by names that mean something else in templates, such as {@code node}.
   */
  private Map<String, Value> inventoryOf(Node node) {
    Map<String, Value> vars = new LinkedHashMap<>();
    Span at = new Span("-e", 1, 1, "");
    Map<String, Value.Entry> given = new LinkedHashMap<>();
    extra.forEach((name, value) -> given.put(name, new Value.Entry(at, value)));
    vars.put("given", new Value.Mapping(given, at));
    vars.putAll(node.vars());
    return vars;
  }

  /**
   * Everything that a template over inventory and plan variables gives on some of these nodes: the
   * forms of an include's path. A node that lacks a variable that another one of the inventory has
   * is kept from the include by a condition, or else found out later.
   *
   * @throws Failure when it gives nothing on any node of the inventory
   */
  public Set<String> everywhere(List<Node> nodes, Value.Str template, Map<String, Value> planVars) {
    Set<String> forms = new LinkedHashSet<>();
    Failure lacking = null;
    for (Node node : nodes) {
      try {
        Text form = templates.render(template.text(), vars(node).inPlan(planVars), template.at());
        if (form.holdsSecret()) {
          throw Failure.of(
              Code.BAD_VALUE,
              "an include's path must not contain a secret: it is shown in events",
              "name the plan by another variable");
        }
        forms.add(form.reveal());
      } catch (Failure failure) {
        if (failure.diagnostic().code() != Code.RUNTIME_VARIABLE) {
          throw failure;
        }
        lacking = failure;
      }
    }
    if (forms.isEmpty() && lacking != null && !nodes.containsAll(inventory.nodes())) {
      everywhere(inventory.nodes(), template, planVars);
    } else if (forms.isEmpty() && lacking != null) {
      throw lacking;
    }
    return forms;
  }

  /**
   * Renders every inventory variable that uses a secret, so that missing ones are reported before
   * any node is contacted.
   *
   * @param diagnostics receives each
   */
  public void requireSecrets(Node node, Consumer<Diagnostic> diagnostics) {
    Variables vars = vars(node);
    node.vars()
        .forEach((name, value) -> {
          if (value instanceof Value.Str str && str.text().contains("secret(")) {
            try {
              vars.get(name);
            } catch (Failure failure) {
              diagnostics.accept(failure.diagnostic());
            }
          }
        });
  }

  /** The names of what is in scope on some node of the inventory, outside every plan. */
  public Set<String> names() {
    return inventory.nodes().stream()
        .flatMap(node -> vars(node).names().stream())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** The names of all nodes of the inventory. */
  public Set<String> nodeNames() {
    return inventory.nodes().stream()
        .map(Node::name)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /**
   * How a node is reached.
   *
   * @throws Failure when a variable that says so is wrong, or a secret is missing
   */
  public NodeAccess access(Node node, Approach approach) {
    Variables vars = vars(node);
    ConsulAccess consul = consul(vars, approach);
    PostgresAccess postgres = PostgresAccess.of(connection(vars), node.address());
    // Only its address leads to another machine's server; a loopback one would lead to ours.
    boolean fromHere = approach == Approach.NETWORK_ONLY;
    return new NodeAccess(
        node.name(),
        transport(node, approach, vars),
        postgres.at(fromHere ? node.address() : postgres.host()),
        consul.at(fromHere ? node.address() : consul.host()),
        become(node, vars));
  }

  /**
   * As which user a step runs.
   *
   * @param node where it runs
   * @param keys what the step and those around it say
   * @return the name of the user who is become; null for the one who logs in
   * @throws Failure when what says it makes no sense
   * @throws io.rdpg.plan.language.template.UnknownValue when it depends on what isn't known
   */
  public @Nullable String user(String node, Becoming keys) {
    return keys.over(becoming(node)).user();
  }

  /** As which user the steps run at a node that don't say it themselves. */
  public Becoming becoming(String name) {
    Node node = inventory.node(name).orElseThrow();
    if (!says(node, "ansible_become") && !says(node, "ansible_become_user")) {
      return Becoming.UNSAID;
    }
    Variables vars = vars(node);
    return new Becoming(
        name(vars, "ansible_become").isEmpty()
            ? null
            : () ->
                Becoming.truth(
                    "ansible_become", vars.get("ansible_become"), vars.at("ansible_become")),
        name(vars, "ansible_become_user").isEmpty()
            ? null
            : () ->
                Becoming.userName(
                    "ansible_become_user",
                    text(vars, "ansible_become_user").orElseThrow(),
                    vars.at("ansible_become_user")));
  }

  private boolean says(Node node, String variable) {
    return node.vars().containsKey(variable) || extra.containsKey(variable);
  }

  /** How a node's other users are become; checks all variables that say it. */
  private NodeAccess.Become become(Node node, Variables vars) {
    for (String refused : List.of("ansible_become_flags", "ansible_become_exe")) {
      if (vars.has(refused)) {
        throw wrong(
            vars,
            refused,
            "the variable '" + refused + "' is not supported",
            "leave it out: sudo, doas and su are called by name, with the flags that are needed;"
                + " ansible_become_method chooses between them");
      }
    }
    becoming(node.name()).check();
    return new NodeAccess.Become(
        method(vars),
        Synonyms.given(vars, "ansible_become_password", "ansible_become_pass")
            .flatMap(name -> text(vars, name))
            .map(password -> onOneLine(vars, password))
            .orElse(null));
  }

  private static NodeAccess.Become.Method method(Variables vars) {
    String variable = "ansible_become_method";
    String word = name(vars, variable).orElse(NodeAccess.Become.USUAL.method().word());
    return Arrays.stream(NodeAccess.Become.Method.values())
        .filter(method -> method.word().equals(word))
        .findFirst()
        .orElseThrow(() ->
            wrong(
                vars,
                variable,
                "'" + variable + "' must be sudo, doas or su, not '" + word + "'",
                "sudo is the default"));
  }

  /** All of these programs read a password up to the line's end. */
  private static Text onOneLine(Variables vars, Text password) {
    if (password.reveal().lines().count() != 1) {
      throw wrong(
          vars,
          "ansible_become_password",
          "'ansible_become_password' must be one line",
          "a secret that is read from a file may end with one line end, and hold no other");
    }
    return Text.secret(password.reveal().lines().findFirst().orElseThrow());
  }

  /** What is wrong with a variable, where it is given. */
  static Failure wrong(Variables vars, String variable, String message, @Nullable String hint) {
    Diagnostic diagnostic = Diagnostic.of(Code.BAD_VALUE, message).withHint(hint);
    Span at = vars.at(variable);
    return new Failure(at == null ? diagnostic : diagnostic.orAt(at));
  }

  /**
   * @param approach what Consul's own command line reads counts where the node is this machine
   */
  private ConsulAccess consul(Variables vars, Approach approach) {
    return new ConsulAccess(
        connection(vars),
        approach == Approach.THIS_MACHINE
            ? new ConsulEnvironment(System.getenv())
            : ConsulEnvironment.NONE);
  }

  private ConnectionVariables connection(Variables vars) {
    Path folder = inventory.file().toAbsolutePath().getParent();
    return new ConnectionVariables(vars, Objects.requireNonNull(folder));
  }

  /** How to connect to a node in one run. */
  public enum Approach {
    AS_THE_INVENTORY_SAYS,
    THIS_MACHINE,
    NETWORK_ONLY
  }

  private static NodeAccess.Transport transport(Node node, Approach approach, Variables vars) {
    return switch (approach) {
      case NETWORK_ONLY -> new NodeAccess.NetworkOnly();
      case THIS_MACHINE -> new NodeAccess.Local();
      case AS_THE_INVENTORY_SAYS ->
          isLocal(vars) ? new NodeAccess.Local() : SshVariables.access(node, vars);
    };
  }

  /** Ansible's other names for SSH are taken as it; what is not SSH is refused. */
  private static boolean isLocal(Variables vars) {
    String connection =
        name(vars, "ansible_connection").orElse("ssh").replaceFirst("^ansible\\.builtin\\.", "");
    if (!connection.equals("local") && !SSH.contains(connection)) {
      throw wrong(
          vars,
          "ansible_connection",
          "variable 'ansible_connection' must be ssh or local, not '" + connection + "'",
          "nodes are reached over SSH, or are this machine");
    }
    return connection.equals("local");
  }

  static Path path(String written) {
    return Path.of(
        written.startsWith("~/")
            ? System.getProperty("user.home") + written.substring(1)
            : written);
  }

  private Map<String, Object> describe(Node node) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("name", node.name());
    facts.put("address", node.address());
    facts.put("groups", node.groups());
    if (node.cluster() != null) {
      facts.put("ordinal", node.cluster().ordinal());
    }
    return facts;
  }

  private Map<String, Object> cluster(Node node, Node.Membership cluster) {
    List<Map<String, Object>> members =
        inventory.cluster(cluster.id()).stream().map(this::member).toList();
    return Fields.of(
        "id",
        cluster.id(),
        "role",
        cluster.role(),
        "nodes",
        members,
        "peers",
        members.stream().filter(member -> !node.name().equals(member.get("name"))).toList(),
        "others",
        others(cluster.id()));
  }

  /** The other clusters of the inventory, in its order. */
  private List<Map<String, Object>> others(String id) {
    Map<String, Map<String, Object>> others = new LinkedHashMap<>();
    for (Node node : inventory.nodes()) {
      Node.Membership its = node.cluster();
      if (its != null && !its.id().equals(id)) {
        others.computeIfAbsent(
            its.id(),
            _ ->
                Fields.of(
                    "id",
                    its.id(),
                    "role",
                    its.role(),
                    "nodes",
                    inventory.cluster(its.id()).stream().map(Node::name).toList()));
      }
    }
    return List.copyOf(others.values());
  }

  private Map<String, Object> member(Node node) {
    Map<String, Object> facts = describe(node);
    Variables vars = vars(node);
    facts.put("pg", postgres(node, vars));
    facts.put("consul", consul(vars));
    return facts;
  }

  private Map<String, Object> postgres(Node node, Variables vars) {
    PostgresAccess access = PostgresAccess.of(connection(vars), node.address());
    return Fields.of(
        "host", access.host(),
        "port", access.port(),
        "user", access.user(),
        "address", node.address());
  }

  private Map<String, Object> consul(Variables vars) {
    ConsulAccess consul = consul(vars, Approach.AS_THE_INVENTORY_SAYS);
    return Fields.of("address", consul.host(), "port", consul.port(), "scheme", consul.scheme());
  }

  static Optional<Text> text(Variables vars, String name) {
    return switch (vars.has(name) ? vars.get(name) : null) {
      case null -> Optional.empty();
      case Text text -> Optional.of(text);
      case Object other -> Optional.of(Text.marked(other.toString()));
    };
  }

  static Optional<String> name(Variables vars, String name) {
    return text(vars, name).map(Text::reveal).filter(value -> !value.isEmpty());
  }

  static int port(Variables vars, String name, int otherwise) {
    Text value =
        text(vars, name)
            .filter(given -> !given.reveal().isEmpty())
            .orElse(Text.plain(String.valueOf(otherwise)));
    int port = value.reveal().matches("\\d{1,5}") ? Integer.parseInt(value.reveal()) : 0;
    if (port < 1 || port > 65_535) {
      throw wrong(
          vars,
          name,
          "variable '" + name + "' must be a port from 1 to 65535, not '" + value + "'",
          null);
    }
    return port;
  }

  private static Supplier<Object> once(Supplier<Object> compute) {
    @Nullable Object[] kept = new @Nullable Object[1];
    return () -> {
      Object value = kept[0];
      if (value == null) {
        value = Objects.requireNonNull(compute.get());
        kept[0] = value;
      }
      return value;
    };
  }
}
