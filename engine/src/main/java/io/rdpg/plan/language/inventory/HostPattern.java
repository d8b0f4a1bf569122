package io.rdpg.plan.language.inventory;

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
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Ansible's host patterns: {@code all}, names of nodes and groups, {@code *}, {@code ?} and {@code
 * [a-c]} in them, {@code ~REGEX}, addresses as a whole, {@code a[0]} and {@code a[1:3]} for some of
 * what a matches, {@code a,b} or {@code a:b} for both, {@code a:&b} for what is in both, {@code
 * a:!b} for all but b. As in Ansible, what is added is added first, whatever the order.
 *
 * @see <a
 *     href="https://docs.ansible.com/ansible/latest/inventory_guide/intro_patterns.html">Ansible,
 *     Patterns</a>
 */
public final class HostPattern {
  private static final Pattern SUBSCRIPT =
      Pattern.compile("(.+)\\[(?:(-?\\d{1,9})|(\\d{1,9}):(\\d{0,9}))]");

  /** Between colons; one in brackets belongs to a range or a subscript. */
  private static final Pattern TERM = Pattern.compile("(?:[^\\s:\\[\\]]|\\[[^\\]]*])+");

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
    if (!pattern.contains(",") && TERM.matcher(pattern).replaceAll("").matches(".*[^:\\s].*")) {
      add(
          Diagnostic.of(
                  Code.UNKNOWN_NODE, "a bracket in the pattern '" + pattern + "' is not closed")
              .withHint("such as web[0:2] or ~web[12]"));
      return List.of();
    }
    boolean understood = true;
    for (String word : terms(pattern)) {
      char first = word.charAt(0);
      String name = first == '&' || first == '!' ? word.substring(1).strip() : word;
      Set<String> found = matched(name);
      understood &= found != null;
      Set<String> names = found == null ? Set.of() : found;
      switch (first) {
        case '&' -> kept.add(names);
        case '!' -> removed.addAll(names);
        default -> {
          adds = true;
          selected.addAll(names);
        }
      }
    }
    if (!adds) {
      inventory.nodes().forEach(node -> selected.add(node.name()));
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

  /** At commas; without any, at colons, unless it is one address or range. */
  private static List<String> terms(String pattern) {
    List<String> terms =
        pattern.contains(",")
            ? List.of(pattern.split(","))
            : HostAddress.isOne(pattern)
                ? List.of(pattern)
                : TERM.matcher(pattern).results().map(MatchResult::group).toList();
    return terms.stream().map(String::strip).filter(term -> !term.isEmpty()).toList();
  }

  /** The names of the nodes that one term means; null when it means none, which is reported. */
  private @Nullable Set<String> matched(String term) {
    Matcher subscript = SUBSCRIPT.matcher(term);
    boolean isOne = !term.startsWith("~") && subscript.matches();
    String name = isOne ? subscript.group(1) : term;
    Pattern wanted = compiled(name);
    if (wanted == null) {
      return null;
    }
    Set<String> found = named(name, wanted);
    if (found.isEmpty() && !isEmptyGroup(name)) {
      report(name);
      return null;
    }
    return isOne ? some(new ArrayList<>(found), subscript, term) : found;
  }

  /**
   * One by its place, from the end when it is negative; or from one place to another, inclusive.
   */
  private @Nullable Set<String> some(List<String> found, Matcher subscript, String term) {
    int size = found.size();
    if (subscript.group(2) != null) {
      int place = Integer.parseInt(subscript.group(2));
      int index = place < 0 ? size + place : place;
      if (index >= 0 && index < size) {
        return Set.of(found.get(index));
      }
    } else {
      int first = Integer.parseInt(subscript.group(3));
      String last = subscript.group(4);
      int end = last.isEmpty() ? size : Math.min(size, Integer.parseInt(last) + 1);
      if (first < end) {
        return new LinkedHashSet<>(found.subList(first, end));
      }
    }
    add(
        Diagnostic.of(
                Code.UNKNOWN_NODE,
                "'" + term + "' selects none of the " + size + " nodes of " + subscript.group(1))
            .withHint("the first is [0], the last [-1]"));
    return null;
  }

  private Set<String> named(String name, Pattern wanted) {
    Set<String> found = new LinkedHashSet<>();
    if (name.equals("all") || name.equals("*")) {
      found.addAll(inOrder("all"));
      inventory.nodes().forEach(node -> found.add(node.name()));
      return found;
    }
    for (Map.Entry<String, List<String>> group : inventory.groups().entrySet()) {
      if (matches(wanted, name, group.getKey())) {
        found.addAll(inOrder(group.getKey()));
        found.addAll(group.getValue());
      }
    }
    for (Node node : inventory.nodes()) {
      if (matches(wanted, name, node.name()) || name.equals(node.address())) {
        found.add(node.name());
      }
    }
    return found;
  }

  /**
   * Those of a group in Ansible's order, which subscripts count by: its own, then its children's.
   */
  private Set<String> inOrder(String name) {
    Set<String> hosts = new LinkedHashSet<>();
    List<String> groups = new ArrayList<>(List.of(name));
    for (int i = 0; i < groups.size(); i++) {
      Inventory.Group group = inventory.tree().get(groups.get(i));
      if (group != null) {
        hosts.addAll(group.hosts());
        group.children().stream().filter(child -> !groups.contains(child)).forEach(groups::add);
      }
    }
    return hosts;
  }

  /** As in Ansible, a regular expression matches when it fits a name's beginning. */
  private static boolean matches(Pattern wanted, String name, String candidate) {
    Matcher matcher = wanted.matcher(candidate);
    return name.startsWith("~") ? matcher.lookingAt() : matcher.matches();
  }

  private boolean isEmptyGroup(String name) {
    return name.equals("all")
        || name.equals(InventoryGroup.UNGROUPED)
        || inventory.groups().containsKey(name);
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

  /** Null for a regular expression that is none, which is reported. */
  private @Nullable Pattern compiled(String name) {
    try {
      if (name.equals("~")) {
        throw new PatternSyntaxException("it is empty", name, 0);
      }
      return Pattern.compile(name.startsWith("~") ? name.substring(1) : glob(name));
    } catch (PatternSyntaxException e) {
      add(
          Diagnostic.of(
                  Code.UNKNOWN_NODE,
                  "'" + name + "' is no regular expression: " + e.getDescription())
              .withHint("as in Ansible, commas separate patterns also inside of one"));
      return null;
    }
  }

  /** A shell's pattern as a regular expression, by the rules of Python's {@code fnmatch}. */
  private static String glob(String name) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      int closing = c == '[' ? name.indexOf(']', i + (name.startsWith("[!]", i) ? 3 : 2)) : -1;
      if (c == '*') {
        regex.append(".*");
      } else if (c == '?') {
        regex.append('.');
      } else if (closing > 0) {
        String set = name.substring(i + 1, closing).replaceAll("[\\\\\\[&^]", "\\\\$0");
        regex.append('[').append(set.startsWith("!") ? "^" + set.substring(1) : set).append(']');
        i = closing;
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return regex.toString();
  }
}
