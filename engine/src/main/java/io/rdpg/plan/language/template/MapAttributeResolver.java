package io.rdpg.plan.language.template;

import io.pebbletemplates.pebble.attributes.AttributeResolver;
import io.pebbletemplates.pebble.attributes.ResolvedAttribute;
import io.pebbletemplates.pebble.node.ArgumentsNode;
import io.pebbletemplates.pebble.template.EvaluationContextImpl;
import io.rdpg.plan.language.model.Text;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code map.key} and {@code map['key']}; an absent key names those that are there. */
final class MapAttributeResolver implements AttributeResolver {
  @Override
  public @Nullable ResolvedAttribute resolve(
      @Nullable Object instance,
      @Nullable Object attribute,
      Object @Nullable [] arguments,
      @Nullable ArgumentsNode args,
      EvaluationContextImpl context,
      String filename,
      int lineNumber) {
    if (!(instance instanceof Map<?, ?> map) || arguments != null) {
      return null;
    }
    if (map.containsKey(attribute)) {
      return new ResolvedAttribute(map.get(attribute));
    }
    String key = String.valueOf(TemplateValues.revealed(attribute));
    if (map.containsKey(key)) {
      return new ResolvedAttribute(map.get(key));
    }
    throw new UnknownAttribute(
        String.valueOf(Text.marked(String.valueOf(attribute))),
        map.keySet().stream().map(String::valueOf).toList(),
        lineNumber,
        filename);
  }
}
