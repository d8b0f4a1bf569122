package io.rdpg.plan.language.template;

import io.pebbletemplates.pebble.extension.Function;
import io.pebbletemplates.pebble.template.EvaluationContext;
import io.pebbletemplates.pebble.template.PebbleTemplate;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The library's {@code range}, which makes a list of all its items. */
record BoundedRange(Function range) implements Function {
  @Override
  public List<String> getArgumentNames() {
    return range.getArgumentNames();
  }

  @Override
  public @Nullable Object execute(
      Map<String, Object> args, PebbleTemplate self, EvaluationContext context, int lineNumber) {
    if (args.get("start") instanceof Number start
        && args.get("end") instanceof Number end
        && Math.abs(end.doubleValue() - start.doubleValue()) > RenderBudget.MOST_ITEMS) {
      throw Failure.of(
          Code.BAD_TEMPLATE,
          "range() is limited to "
              + RenderBudget.MOST_ITEMS
              + " items, not from "
              + start
              + " to "
              + end);
    }
    return range.execute(args, self, context, lineNumber);
  }
}
