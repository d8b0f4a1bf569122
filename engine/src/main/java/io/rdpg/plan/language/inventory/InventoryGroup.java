package io.rdpg.plan.language.inventory;

import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.Value;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** A group while the inventory is being read: a group may be written in several places. */
final class InventoryGroup {
  static final String ALL = "all";
  static final String UNGROUPED = "ungrouped";

  static final String PRIORITY = "ansible_group_priority";

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
    return entry == null ? 1 : whole(entry.value()).orElse(1);
  }

  /** What it says of its priority, when that is no whole number. */
  Optional<Value.Entry> wrongPriority() {
    return Optional.ofNullable(vars.get(PRIORITY)).filter(entry -> whole(entry.value()).isEmpty());
  }

  private static OptionalLong whole(Value value) {
    return switch (value) {
      case Value.Num(String _, Long number, Span _) -> OptionalLong.of(number);
      case Value.Str(String digits, Span _) when digits.matches("-?\\d{1,9}") ->
          OptionalLong.of(Long.parseLong(digits));
      case Value.Num _, Value.Str _, Value.Bool _, Value.Nothing _, Value.Seq _, Value.Mapping _ ->
          OptionalLong.empty();
    };
  }

  /** Its variables, without what only says how they merge. */
  Map<String, Value.Entry> merging() {
    Map<String, Value.Entry> merging = new LinkedHashMap<>(vars);
    merging.remove(PRIORITY);
    return merging;
  }
}
