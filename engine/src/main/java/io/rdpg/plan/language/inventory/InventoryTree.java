package io.rdpg.plan.language.inventory;

import static io.rdpg.plan.language.inventory.InventoryGroup.ALL;
import static io.rdpg.plan.language.inventory.InventoryGroup.UNGROUPED;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.Value;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Groups and hosts while sources are read: what a later one says is added, its variables win. */
final class InventoryTree {
  /** A part of a path that is the folder above. */
  private static final Pattern PARENT = Pattern.compile("(?:^|/)\\.\\.(?:/|$)");

  private final Map<String, InventoryGroup> groups = new LinkedHashMap<>();
  private final Map<String, InventoryHost> hosts = new LinkedHashMap<>();

  InventoryTree() {
    group(ALL, Span.of(""));
    child(ALL, UNGROUPED, Span.of(""));
  }

  InventoryGroup group(String name, Span at) {
    return groups.computeIfAbsent(name, key -> new InventoryGroup(key, at));
  }

  /** A group of this name; null when no source has one. */
  @Nullable InventoryGroup known(String name) {
    return groups.get(name);
  }

  /** Puts a group into another; both are made where there is none. */
  void child(String parent, String name, Span at) {
    group(parent, at).children.add(name);
    group(name, at).parents.add(parent);
  }

  /**
   * Puts the hosts of a pattern into a group.
   *
   * @param pattern a name, or a range of names, with or without a port
   * @return them, or none when the pattern is invalid, which is reported
   */
  List<InventoryHost> hosts(String pattern, Span at, String group, Diagnostics diagnostics) {
    Optional<HostAddress> address = HostAddress.parse(pattern);
    List<String> names = address.map(one -> HostRange.expand(one.name())).orElse(List.of());
    if (names.isEmpty()) {
      diagnostics.add(
          address.isEmpty()
              ? Diagnostic.at(at, Code.BAD_VALUE, "'" + pattern + "' has no valid port")
                  .withHint("a port is 1 to 65535, such as db1:2222 or [2001:db8::1]:2222")
              : Diagnostic.at(at, Code.BAD_VALUE, "'" + pattern + "' is not a range of hosts")
                  .withHint(
                      "write it as web[01:10] or db[a:c]: the smaller end first, both of one length"
                          + " where it begins with 0, at most "
                          + HostRange.MOST
                          + " hosts"));
    }
    return names.stream().map(name -> host(name, address.orElseThrow().port(), at, group)).toList();
  }

  /** Puts one host into a group, by its name as it is. */
  InventoryHost host(String name, @Nullable Integer port, Span at, String group) {
    InventoryHost known = hosts.get(name);
    InventoryHost host = known == null ? new InventoryHost(name, at) : known;
    if (known == null) {
      hosts.put(name, host);
      if (port != null) { // as in Ansible, only where the host is first named
        Value number = new Value.Num(port.toString(), port.longValue(), at);
        host.vars.put("ansible_port", new Value.Entry(at, number));
      }
    }
    group(group, at).hosts.add(name);
    host.groups.add(group);
    return host;
  }

  Map<String, InventoryGroup> groups() {
    return groups;
  }

  /** In the order in which the sources name them, which is the order of the nodes. */
  Map<String, InventoryHost> hosts() {
    return hosts;
  }

  /** Every variable that the sources themselves set, with the place of its name. */
  void eachVariable(Consumer<Map<String, Value.Entry>> use) {
    Stream.concat(
            groups.values().stream().map(group -> group.vars),
            hosts.values().stream().map(host -> host.vars))
        .forEach(use);
  }

  /**
   * Makes {@code all} the parent of every group without one, {@code ungrouped} that of every host
   * without one, and refuses groups in themselves, and names that none can have.
   */
  void finish(Diagnostics diagnostics) {
    groups.values().forEach(group -> refuseName("group", group.name, group.at, diagnostics));
    hosts.values().forEach(host -> refuseName("host", host.name, host.at, diagnostics));
    groups.values().stream()
        .filter(group -> !group.name.equals(ALL) && group.parents.isEmpty())
        .toList()
        .forEach(group -> child(ALL, group.name, group.at));
    Map<String, Boolean> done = new HashMap<>();
    List.copyOf(groups.keySet()).forEach(name -> refuseCycle(name, done, diagnostics));
    InventoryGroup ungrouped = group(UNGROUPED, Span.of(""));
    for (InventoryHost host : hosts.values()) {
      if (host.groups.stream().allMatch(name -> name.equals(ALL) || name.equals(UNGROUPED))) {
        ungrouped.hosts.add(host.name);
        host.groups.add(UNGROUPED);
      } else {
        ungrouped.hosts.remove(host.name);
        host.groups.remove(UNGROUPED);
      }
    }
  }

  /** Names are shown in terminals, and are those of files in {@code host_vars}. */
  private static void refuseName(String kind, String name, Span at, Diagnostics diagnostics) {
    Optional<String> wrong =
        name.isEmpty()
            ? Optional.of("is empty")
            : PARENT.matcher(name).find()
                ? Optional.of("leads out of its folder of variables: '" + name + "'")
                : name.codePoints()
                    .filter(Character::isISOControl)
                    .mapToObj(c -> String.format("holds the control character U+%04X", c))
                    .findFirst();
    wrong.ifPresent(why ->
        diagnostics.add(
            Diagnostic.at(at, Code.BAD_VALUE, "the name of this " + kind + " " + why)
                .withHint("its variables are in " + kind + "_vars/NAME: choose another name")));
  }

  /** Depth first: a group that is met again while it is open contains itself. */
  private void refuseCycle(String name, Map<String, Boolean> done, Diagnostics diagnostics) {
    InventoryGroup group = groups.get(name);
    if (group == null || done.putIfAbsent(name, false) != null) {
      return;
    }
    for (String child : List.copyOf(group.children)) {
      if (Boolean.FALSE.equals(done.get(child))) {
        InventoryGroup below = groups.get(child);
        diagnostics.add(
            Diagnostic.at(
                below == null || child.equals(ALL) ? group.at : below.at,
                Code.INCLUDE_CYCLE,
                "group '" + child + "' contains itself, by '" + name + "'"));
        group.children.remove(child);
        if (below != null) {
          below.parents.remove(name);
        }
      } else {
        refuseCycle(child, done, diagnostics);
      }
    }
    done.put(name, true);
  }
}
