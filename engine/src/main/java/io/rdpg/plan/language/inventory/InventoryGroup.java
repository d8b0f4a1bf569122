package io.rdpg.plan.language.inventory;

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

  private static final String PRIORITY = "ansible_group_priority";

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
    Value.Entry entry = vars.get(PRIORITY);
    if (entry != null && entry.value() instanceof Value.Num(String _, Long number, Span _)) {
      return number;
    }
    return entry != null
            && entry.value() instanceof Value.Str(String digits, Span _)
            && digits.matches("-?\\d{1,9}")
        ? Long.parseLong(digits)
        : 1;
  }

  /** Its variables, without what only says how they merge. */
  Map<String, Value.Entry> merging() {
    Map<String, Value.Entry> merging = new LinkedHashMap<>(vars);
    merging.remove(PRIORITY);
    return merging;
  }
}
