package io.rdpg.plan.language.yaml;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.diagnostic.Suggestions;
import io.rdpg.plan.language.model.Inventory;
import io.rdpg.plan.language.model.Node;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Ansible's host patterns: {@code all}, names of nodes and groups, {@code *} and {@code ?}, {@code
 * a,b} or {@code a:b} for both, {@code a:&b} for what is in both, {@code a:!b} for all but b. As in
 * Ansible, what is added is added first, whatever the order.
 *
 * @see <a
 *     href="https://docs.ansible.com/ansible/latest/inventory_guide/intro_patterns.html">Ansible,
 *     Patterns</a>
 */
public final class HostPattern {
  private final Inventory inventory;
  private final @Nullable Span at;
  private final Diagnostics diagnostics;

  private HostPattern(Inventory inventory, @Nullable Span at, Diagnostics diagnostics) {
    this.inventory = inventory;
    this.at = at;
    this.diagnostics = diagnostics;
  }

  /**
   * The nodes that a pattern selects, in inventory order. Reports {@link Code#UNKNOWN_NODE} for an
   * unknown name and for a pattern that selects no node.
   *
   * @param at the position of the pattern; null for the command line
   */
  public static List<Node> select(
      Inventory inventory, String pattern, @Nullable Span at, Diagnostics diagnostics) {
    return new HostPattern(inventory, at, diagnostics).select(pattern);
  }

  private List<Node> select(String pattern) {
    Set<String> selected = new HashSet<>();
    List<Set<String>> kept = new ArrayList<>();
    Set<String> removed = new HashSet<>();
    boolean adds = false;
    boolean understood = true;
    for (String term : pattern.split("[,:]", -1)) {
      String word = term.strip();
      if (word.isEmpty()) {
        continue;
      }
      char first = word.charAt(0);
      String name = first == '&' || first == '!' ? word.substring(1).strip() : word;
      Set<String> found = named(name);
      if (found.isEmpty() && !isEmptyGroup(name)) {
        understood = false;
        report(name);
      }
      switch (first) {
        case '&' -> kept.add(found);
        case '!' -> removed.addAll(found);
        default -> {
          adds = true;
          selected.addAll(found);
        }
      }
    }
    if (!adds) {
      selected.addAll(named("all"));
    }
    kept.forEach(selected::retainAll);
    selected.removeAll(removed);
    List<Node> nodes =
        inventory.nodes().stream().filter(node -> selected.contains(node.name())).toList();
    if (nodes.isEmpty() && understood) {
      add(Diagnostic.of(Code.UNKNOWN_NODE, "the pattern '" + pattern + "' selects no node"));
    }
    return nodes;
  }

  private Set<String> named(String name) {
    Set<String> found = new LinkedHashSet<>();
    if (name.equals("all")) {
      inventory.nodes().forEach(node -> found.add(node.name()));
      return found;
    }
    Pattern glob = glob(name);
    for (Map.Entry<String, List<String>> group : inventory.groups().entrySet()) {
      if (glob.matcher(group.getKey()).matches()) {
        found.addAll(group.getValue());
      }
    }
    for (Node node : inventory.nodes()) {
      if (glob.matcher(node.name()).matches() || glob.matcher(node.address()).matches()) {
        found.add(node.name());
      }
    }
    return found;
  }

  private boolean isEmptyGroup(String name) {
    return name.equals("all") || inventory.groups().containsKey(name);
  }

  private void report(String name) {
    Set<String> known = new LinkedHashSet<>(inventory.groups().keySet());
    inventory.nodes().forEach(node -> known.add(node.name()));
    add(
        Diagnostic.of(Code.UNKNOWN_NODE, "no node or group is called '" + name + "'")
            .withHint(Suggestions.hint(name, known)));
  }

  private void add(Diagnostic diagnostic) {
    diagnostics.add(at == null ? diagnostic : diagnostic.orAt(at));
  }

  private static Pattern glob(String name) {
    String regex =
        name.chars()
            .mapToObj(c ->
                switch (c) {
                  case '*' -> ".*";
                  case '?' -> ".";
                  default -> Pattern.quote(Character.toString(c));
                })
            .collect(Collectors.joining());
    return Pattern.compile(regex);
  }
}
