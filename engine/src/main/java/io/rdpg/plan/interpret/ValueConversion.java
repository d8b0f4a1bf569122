package io.rdpg.plan.interpret;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.template.TemplateScope;
import io.rdpg.plan.language.template.Templates;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Converts YAML values to values of templates, and back. */
public final class ValueConversion {
  /** Such as a file's mode, which would be another one in decimal digits. */
  private static final Pattern OCTAL = Pattern.compile("0[0-7]+");

  private ValueConversion() {}

  /** A value as templates see it, the strings in it rendered. */
  static @Nullable Object toObject(Value value, Templates templates, TemplateScope scope) {
    return switch (value) {
      case Value.Str str -> render(str, templates, scope);
      case Value.Num num when OCTAL.matcher(num.source()).matches() -> num.source();
      case Value.Num num -> num.number();
      case Value.Bool bool -> bool.value();
      case Value.Nothing _ -> null;
      case Value.Seq seq -> {
        List<@Nullable Object> items = new ArrayList<>();
        seq.items().forEach(item -> items.add(toObject(item, templates, scope)));
        yield items;
      }
      case Value.Mapping mapping -> {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        mapping
            .entries()
            .forEach((key, entry) -> map.put(key, toObject(entry.value(), templates, scope)));
        yield map;
      }
    };
  }

  /** What a loop is over: a list, or a bare expression that gives one. */
  public static List<@Nullable Object> items(
      Value forEach, Templates templates, TemplateScope scope) {
    Object items =
        forEach instanceof Value.Str str
            ? templates.evaluate(str.text(), scope, str.at())
            : toObject(forEach, templates, scope);
    if (items instanceof Iterable<?> many) {
      List<@Nullable Object> list = new ArrayList<>();
      many.forEach(list::add);
      return list;
    }
    throw new Failure(
        Diagnostic.at(
                forEach.at(),
                Code.BAD_VALUE,
                "'for_each' must be a list, and this is " + Templates.kind(items))
            .withHint(
                items instanceof Map<?, ?>
                    ? "write a list of maps, such as: [{name: a, port: 1}]"
                    : "write a list, such as: [a, b]"));
  }

  /** A secret is as it was encrypted, whatever it looks like. */
  private static Text render(Value.Str str, Templates templates, TemplateScope scope) {
    Text text = Text.marked(str.text());
    return text.holdsSecret() ? text : templates.render(str.text(), scope, str.at());
  }

  /** A value with the strings in it rendered, each still at its own place. */
  static Value render(Value value, Templates templates, TemplateScope scope) {
    return switch (value) {
      case Value.Str str -> new Value.Str(render(str, templates, scope).marked(), str.at());
      case Value.Num num -> num;
      case Value.Bool bool -> bool;
      case Value.Nothing nothing -> nothing;
      case Value.Seq seq ->
          new Value.Seq(
              seq.items().stream().map(item -> render(item, templates, scope)).toList(), seq.at());
      case Value.Mapping mapping ->
          mapping.with((_, item) -> Optional.of(render(item, templates, scope)));
    };
  }

  /** What an expression gave, as a value at the expression's place. */
  static Value ofObject(@Nullable Object object, Span at) {
    return switch (object) {
      case null -> new Value.Nothing(at);
      case Text text -> new Value.Str(text.marked(), at);
      case Boolean bool -> new Value.Bool(bool.toString(), bool, at);
      case Number number -> new Value.Num(number.toString(), number, at);
      case Map<?, ?> map -> {
        Map<String, Value.Entry> entries = new LinkedHashMap<>();
        map.forEach((key, item) ->
            entries.put(String.valueOf(key), new Value.Entry(at, ofObject(item, at))));
        yield new Value.Mapping(entries, at);
      }
      case Iterable<?> items -> {
        List<Value> values = new ArrayList<>();
        items.forEach(item -> values.add(ofObject(item, at)));
        yield new Value.Seq(values, at);
      }
      default -> new Value.Str(object.toString(), at);
    };
  }
}
