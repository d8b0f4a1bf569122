package io.rdpg.plan.language.inventory;

import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.Value;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** A host while the inventory is being read: it may be named in several groups. */
final class InventoryHost {
  final String name;
  final Span at;

  /** The groups that name it, not those above them. */
  final Set<String> groups = new LinkedHashSet<>();

  final Map<String, Value.Entry> vars = new LinkedHashMap<>();

  InventoryHost(String name, Span at) {
    this.name = name;
    this.at = at;
  }
}
