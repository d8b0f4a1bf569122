package io.rdpg.plan.language.yaml;

import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.Value;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** A group while the inventory is being read: a group may be written in several places. */
final class InventoryGroup {
  static final String ALL = "all";
  static final String UNGROUPED = "ungrouped";

  final String name;
  final Span at;
  final Set<String> parents = new LinkedHashSet<>();
  final Set<String> children = new LinkedHashSet<>();

  /** Those that it names itself, not its children's. */
  final Set<String> hosts = new LinkedHashSet<>();

  final Map<String, Value.Entry> vars = new LinkedHashMap<>();

  InventoryGroup(String name, Span at) {
    this.name = name;
    this.at = at;
  }

  /** Of groups at the same depth, the one with the larger number wins; Ansible's default is 1. */
  long priority() {
    return vars.get("ansible_group_priority")
            instanceof Value.Entry(Span _, Value.Num(String _, Long number, Span _))
        ? number
        : 1;
  }
}
