package io.rdpg.plan.interpret;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.template.TemplateScope;
import io.rdpg.plan.language.template.Templates;
import io.rdpg.plan.language.template.UnknownValue;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The variables in scope at one step of a plan on one node. Looked up in this order: facts of the
 * node, items of loops, registered results, {@code -e}, variables of steps and includes, of plans,
 * of the inventory, defaults of plans. Rendered when asked for. Used by one thread at a time.
 */
public final class Variables implements TemplateScope {
  private final Templates templates;
  private final Map<String, Supplier<Object>> facts;
  private final Map<String, Value> defaults;
  private final Map<String, Value> inventory;
  private final Map<String, Value> extra;
  private final Map<String, @Nullable Object> registered;
  private final Map<String, Value> plan;
  private final Map<String, Supplier<@Nullable Object>> step;
  private final Map<String, @Nullable Object> items;
  private final Deque<String> rendering;

  /** In the order in which they are looked up. */
  private final List<Map<String, ?>> scopes;

  private Variables(
      Templates templates,
      Map<String, Supplier<Object>> facts,
      Map<String, Value> defaults,
      Map<String, Value> inventory,
      Map<String, Value> extra,
      Map<String, @Nullable Object> registered,
      Map<String, Value> plan,
      Map<String, Supplier<@Nullable Object>> step,
      Map<String, @Nullable Object> items,
      Deque<String> rendering) {
    this.templates = templates;
    this.facts = facts;
    this.defaults = defaults;
    this.inventory = inventory;
    this.extra = extra;
    this.registered = registered;
    this.plan = plan;
    this.step = step;
    this.items = items;
    this.rendering = rendering;
    this.scopes = List.of(facts, items, registered, extra, step, plan, inventory, defaults);
  }

  /**
   * What is in scope on a node outside every plan.
   *
   * @param facts by name, each computed when first asked for
   */
  static Variables ofNode(
      Templates templates,
      Map<String, Supplier<Object>> facts,
      Map<String, Value> inventory,
      Map<String, Value> extra) {
    return new Variables(
        templates,
        facts,
        Map.of(),
        inventory,
        extra,
        new LinkedHashMap<>(),
        Map.of(),
        Map.of(),
        Map.of(),
        new ArrayDeque<>());
  }

  /** The same with results that steps register; the map is shared, not copied. */
  public Variables withRegistered(Map<String, @Nullable Object> results) {
    return new Variables(
        templates,
        facts,
        defaults,
        inventory,
        extra,
        results,
        plan,
        step,
        items,
        new ArrayDeque<>());
  }

  /** Inside a plan: its variables win over those of the plan that includes it. */
  public Variables inPlan(Map<String, Value> vars) {
    if (vars.isEmpty()) {
      return this;
    }
    Map<String, Value> merged = new LinkedHashMap<>(plan);
    merged.putAll(vars);
    return new Variables(
        templates, facts, defaults, inventory, extra, registered, merged, step, items, rendering);
  }

  /**
   * The same with variables that count where nothing else sets them; they win over earlier ones.
   */
  public Variables withDefaults(Map<String, Value> vars) {
    if (vars.isEmpty()) {
      return this;
    }
    Map<String, Value> merged = new LinkedHashMap<>(defaults);
    merged.putAll(vars);
    return new Variables(
        templates, facts, merged, inventory, extra, registered, plan, step, items, rendering);
  }

  /** Inside a step: its variables see what is in scope outside of it. */
  public Variables inStep(Map<String, Value> vars) {
    if (vars.isEmpty()) {
      return this;
    }
    Map<String, Supplier<@Nullable Object>> merged = new LinkedHashMap<>(step);
    vars.forEach(
        (name, value) -> merged.put(name, () -> ValueConversion.toObject(value, templates, this)));
    return new Variables(
        templates, facts, defaults, inventory, extra, registered, plan, merged, items, rendering);
  }

  /** Inside one turn of a loop. */
  public Variables withItem(String name, @Nullable Object item) {
    Map<String, @Nullable Object> merged = new LinkedHashMap<>(items);
    merged.put(name, item);
    return new Variables(
        templates, facts, defaults, inventory, extra, registered, plan, step, merged, rendering);
  }

  @Override
  public boolean has(String name) {
    for (Map<String, ?> scope : scopes) {
      if (scope.containsKey(name)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public @Nullable Object get(String name) {
    Supplier<Object> fact = facts.get(name);
    if (fact != null) {
      return fact.get();
    }
    if (items.containsKey(name)) {
      return known(items.get(name));
    }
    if (registered.containsKey(name)) {
      return known(registered.get(name));
    }
    Value fromCommandLine = extra.get(name);
    if (fromCommandLine != null) {
      return rendered(name, () -> ValueConversion.toObject(fromCommandLine, templates, this));
    }
    Supplier<@Nullable Object> fromStep = step.get(name);
    if (fromStep != null) {
      return fromStep.get();
    }
    Value value = written(name);
    return value == null
        ? null
        : rendered(name, () -> ValueConversion.toObject(value, templates, this));
  }

  /** Where the command line or the inventory gives a variable; null when neither does. */
  @Nullable Span at(String name) {
    Value value = extra.containsKey(name) ? extra.get(name) : inventory.get(name);
    return value == null ? null : value.at();
  }

  private @Nullable Value written(String name) {
    Value ofPlan = plan.get(name);
    if (ofPlan != null) {
      return ofPlan;
    }
    Value ofNode = inventory.get(name);
    return ofNode == null ? defaults.get(name) : ofNode;
  }

  @Override
  public Set<String> names() {
    return scopes.stream()
        .flatMap(scope -> scope.keySet().stream())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static @Nullable Object known(@Nullable Object value) {
    if (value instanceof UnknownValue unknown) {
      throw unknown;
    }
    return value;
  }

  private @Nullable Object rendered(String name, Supplier<@Nullable Object> value) {
    if (rendering.contains(name)) {
      throw Failure.of(
          Code.BAD_VALUE,
          "variable '" + name + "' is defined by itself: " + String.join(" <- ", rendering),
          "give one of them a value of its own");
    }
    rendering.push(name);
    try {
      return value.get();
    } finally {
      rendering.pop();
    }
  }
}
