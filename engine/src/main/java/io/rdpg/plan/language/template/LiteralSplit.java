package io.rdpg.plan.language.template;

import io.pebbletemplates.pebble.extension.Filter;
import io.pebbletemplates.pebble.template.EvaluationContext;
import io.pebbletemplates.pebble.template.PebbleTemplate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * The library's {@code split} at a regular expression, with one character taken for itself: {@code
 * split('.')} splits at dots.
 */
record LiteralSplit(Filter split) implements Filter {
  private static final String DELIMITER = "delimiter";

  @Override
  public @Nullable List<String> getArgumentNames() {
    return split.getArgumentNames();
  }

  @Override
  public @Nullable Object apply(
      @Nullable Object input,
      Map<String, Object> args,
      PebbleTemplate self,
      EvaluationContext context,
      int lineNumber) {
    Map<String, Object> literal = new LinkedHashMap<>(args);
    if (args.get(DELIMITER) instanceof String delimiter && delimiter.length() == 1) {
      literal.put(DELIMITER, Pattern.quote(delimiter));
    }
    try {
      return split.apply(input, literal, self, context, lineNumber);
    } catch (PatternSyntaxException e) {
      throw Filters.wrong("split", "needs a regular expression: " + e.getDescription());
    }
  }
}
