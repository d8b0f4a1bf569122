package io.rdpg.plan.language.template;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A scope as the template library wants it, still asked only for the names that are used. */
final class ScopeMap extends AbstractMap<String, @Nullable Object> {
  private final TemplateScope scope;

  ScopeMap(TemplateScope scope) {
    this.scope = scope;
  }

  @Override
  public boolean containsKey(@Nullable Object key) {
    return key instanceof String name && TemplateValues.ask(() -> scope.has(name));
  }

  @Override
  public @Nullable Object get(@Nullable Object key) {
    RenderBudget.step();
    return key instanceof String name && containsKey(name)
        ? TemplateValues.of(TemplateValues.<@Nullable Object>ask(() -> scope.get(name)))
        : null;
  }

  @Override
  public Set<Entry<String, @Nullable Object>> entrySet() {
    Set<String> names = TemplateValues.ask(scope::names);
    return new AbstractSet<>() {
      @Override
      public Iterator<Entry<String, @Nullable Object>> iterator() {
        return names.stream()
            .<Entry<String, @Nullable Object>>map(
                name -> new SimpleImmutableEntry<>(name, ScopeMap.this.get(name)))
            .iterator();
      }

      @Override
      public int size() {
        return names.size();
      }
    };
  }
}
