package io.rdpg.plan.language.template;

import io.pebbletemplates.pebble.extension.Filter;
import io.pebbletemplates.pebble.template.EvaluationContext;
import io.pebbletemplates.pebble.template.PebbleTemplate;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A filter that may meet secrets: it computes on what they reveal, and all strings that it gives
 * are secret then. A list or map goes to the filter as it is: what it picks keeps its own marks.
 */
record SecretSafeFilter(String name, Filter filter) implements Filter {
  private static final Pattern WIDE = Pattern.compile("%[^a-zA-Z%]*\\d{5}");

  @Override
  public @Nullable List<String> getArgumentNames() {
    return filter.getArgumentNames();
  }

  @Override
  public @Nullable Object apply(
      @Nullable Object input,
      Map<String, Object> args,
      PebbleTemplate self,
      EvaluationContext context,
      int lineNumber) {
    if (name.equals("format") && WIDE.matcher(String.valueOf(input)).find()) {
      throw Failure.of(Code.BAD_ARGUMENT_VALUE, "the filter 'format' pads to 9999 at most");
    }
    Object result = computed(input, args, self, context, lineNumber);
    if (result instanceof String text) {
      RenderBudget.characters(text.length());
    }
    return result;
  }

  private @Nullable Object computed(
      @Nullable Object input,
      Map<String, Object> args,
      PebbleTemplate self,
      EvaluationContext context,
      int lineNumber) {
    boolean structure = input instanceof Iterable || input instanceof Map;
    boolean secret =
        TemplateValues.isSecret(input)
            || (!structure && args.values().stream().anyMatch(SecretSafeFilter::holdsSecret));
    if (!secret) {
      try {
        return listed(filter.apply(input, args, self, context, lineNumber));
      } catch (ClassCastException e) {
        throw Failure.of(
            Code.BAD_ARGUMENT_VALUE,
            "the filter '%s' can't be applied to %s".formatted(name, Templates.kind(input)));
      }
    }
    Map<String, Object> revealed = new LinkedHashMap<>(args);
    revealed.replaceAll((argument, value) -> TemplateValues.revealed(value));
    Object result;
    try {
      result = filter.apply(TemplateValues.revealed(input), revealed, self, context, lineNumber);
    } catch (Failure failure) {
      throw failure;
    } catch (RuntimeException e) {
      // The message may quote the value, so neither it nor the cause may be passed on.
      throw Failure.of(
          Code.BAD_ARGUMENT_VALUE, "the filter '" + name + "' can't be applied to this secret");
    }
    return TemplateValues.secret(listed(result));
  }

  /** The library splits into arrays, and lists are all that we know. */
  private static @Nullable Object listed(@Nullable Object result) {
    return result instanceof Object[] items ? List.of(items) : result;
  }

  private static boolean holdsSecret(@Nullable Object value) {
    return switch (value) {
      case null -> false;
      case Map<?, ?> map -> map.values().stream().anyMatch(SecretSafeFilter::holdsSecret);
      case List<?> list -> list.stream().anyMatch(SecretSafeFilter::holdsSecret);
      default -> TemplateValues.isSecret(value);
    };
  }
}
