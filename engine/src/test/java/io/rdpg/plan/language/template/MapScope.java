package io.rdpg.plan.language.template;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Variables that are simply there. */
record MapScope(Map<String, ?> variables) implements TemplateScope {
  @Override
  public boolean has(String name) {
    return variables.containsKey(name);
  }

  @Override
  public @Nullable Object get(String name) {
    return variables.get(name);
  }

  @Override
  public Set<String> names() {
    return variables.keySet();
  }
}
