package io.rdpg.plan.interpret;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import java.util.AbstractMap;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The variables of one node as other nodes' templates see them, by name: those of the inventory and
 * of the command line, each rendered as that node would, when it is asked for.
 */
final class HostVariables extends AbstractMap<String, @Nullable Object> {
  private final String node;
  private final Set<String> names;
  private final Function<String, @Nullable Object> render;
  private final Deque<String> asked;

  /**
   * @param names of the variables that the node has
   * @param render gives the value of one of them
   * @param asked what is being rendered: {@code NODE.VARIABLE}, the innermost first
   */
  HostVariables(
      String node,
      Set<String> names,
      Function<String, @Nullable Object> render,
      Deque<String> asked) {
    this.node = node;
    this.names = names;
    this.render = render;
    this.asked = asked;
  }

  @Override
  public boolean containsKey(@Nullable Object name) {
    return names.contains(name);
  }

  @Override
  public @Nullable Object get(@Nullable Object name) {
    return name instanceof String variable && names.contains(variable) ? value(variable) : null;
  }

  private @Nullable Object value(String variable) {
    String which = node + "." + variable;
    if (asked.contains(which)) {
      throw Failure.of(
          Code.BAD_VALUE,
          "variable '"
              + variable
              + "' of "
              + node
              + " is defined by itself: "
              + String.join(" <- ", asked),
          "give one of them a value of its own");
    }
    asked.push(which);
    try {
      return render.apply(variable);
    } finally {
      asked.pop();
    }
  }

  @Override
  public int size() {
    return names.size();
  }

  @Override
  public Set<String> keySet() {
    return names;
  }

  /** Renders all of them. */
  @Override
  public Set<Entry<String, @Nullable Object>> entrySet() {
    Set<Entry<String, @Nullable Object>> entries = new LinkedHashSet<>();
    for (String name : names) {
      entries.add(new SimpleImmutableEntry<>(name, value(name)));
    }
    return entries;
  }
}
