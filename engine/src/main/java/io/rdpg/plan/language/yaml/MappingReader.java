package io.rdpg.plan.language.yaml;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.diagnostic.Suggestions;
import io.rdpg.plan.language.model.Durations;
import io.rdpg.plan.language.model.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the fields of a map by type; errors are reported. */
public record MappingReader(Value.Mapping map, Diagnostics diagnostics) {
  /** What every template sees; a variable of such a name would hide it. */
  private static final Set<String> TAKEN =
      Set.of(
          "node",
          "cluster",
          "pg",
          "consul",
          "lab",
          "hostvars",
          "loop",
          "true",
          "false",
          "null",
          "none");

  private static final Pattern ONE_TAG = Pattern.compile("\\s*\\{\\{\\s*([^{}]+?)\\s*}}\\s*");

  /** A field's value; null when it is absent or empty. */
  @Nullable Value value(String name) {
    Value value = map.get(name);
    return value instanceof Value.Nothing ? null : value;
  }

  boolean has(String name) {
    return map.entries().containsKey(name);
  }

  Span keyAt(String name) {
    Value.Entry entry = map.entries().get(name);
    return entry == null ? map.at() : entry.keyAt();
  }

  /** Refuses all fields but these. */
  public void only(Collection<String> known, String owner) {
    only(known, owner, name -> Optional.empty());
  }

  /**
   * The same.
   *
   * @param instead what to write instead of a keyword of other tools
   */
  void only(Collection<String> known, String owner, Function<String, Optional<String>> instead) {
    for (String name : map.entries().keySet()) {
      if (!known.contains(name) && !diagnostics.tellsOfSyntax(keyAt(name))) {
        diagnostics.add(
            Diagnostic.at(keyAt(name), Code.UNKNOWN_KEY, owner + " has no key '" + name + "'")
                .withHint(instead.apply(name).orElseGet(() -> Suggestions.hint(name, known))));
      }
    }
  }

  /** A single value as a string; null when it is absent. */
  @Nullable String string(String name) {
    Value value = value(name);
    if (value == null) {
      return null;
    }
    String text = LiteralOrTemplate.scalar(value).orElse(null);
    if (text == null) {
      wrong(name, "a string", value);
    }
    return text;
  }

  /** A name for a variable; null when it is absent or can't be one. */
  @Nullable String identifier(String name) {
    String given = string(name);
    return given == null || isVariable(given, atValue(name)) ? given : null;
  }

  private boolean isVariable(String name, Span at) {
    if (!LiteralOrTemplate.isIdentifier(name)) {
      diagnostics.add(
          Diagnostic.at(at, Code.BAD_VALUE, "'" + name + "' can't be a variable's name")
              .withHint("letters, digits and _, no digit first"));
      return false;
    }
    if (TAKEN.contains(name)) {
      diagnostics.add(at, Code.BAD_VALUE, "the name '" + name + "' is taken, choose another");
      return false;
    }
    return true;
  }

  @Nullable Duration duration(String name) {
    Value value = value(name);
    if (value == null) {
      return null;
    }
    Duration duration =
        LiteralOrTemplate.scalar(value).flatMap(text -> Durations.parse(text.strip())).orElse(null);
    if (duration == null) {
      wrong(name, "a duration such as 500ms, 15s or 5m", value);
    } else if (duration.isZero() && name.equals("timeout")) {
      wrong(name, "greater than 0", value);
    }
    return duration;
  }

  /** A whole number in a range; null when it is absent. */
  @Nullable Integer count(String name, int least) {
    Value value = value(name);
    if (value == null) {
      return null;
    }
    if (value instanceof Value.Num(String source, Long number, Span _)
        && number >= least
        && number <= Integer.MAX_VALUE
        && source.matches("\\d+")) {
      return number.intValue();
    }
    wrong(name, "a whole number from " + least, value);
    return null;
  }

  /** One of these words; null when it is absent or none of them. */
  @Nullable String oneOf(String name, List<String> words) {
    String given = string(name);
    if (given == null || words.contains(given)) {
      return given;
    }
    diagnostics.add(
        Diagnostic.at(
                atValue(name),
                Code.BAD_VALUE,
                "'" + name + "' must be " + String.join(" or ", words) + ", not '" + given + "'")
            .withHint(Suggestions.didYouMean(given, words).orElse(null)));
    return null;
  }

  /** True or false; false when it is absent. */
  boolean flag(String name) {
    Value value = value(name);
    if (value != null && !(value instanceof Value.Bool)) {
      wrong(name, "true or false", value);
    }
    return value instanceof Value.Bool bool && bool.value();
  }

  /** True, false, or a template that gives one of them; null when it is absent. */
  @Nullable Value flagOrTemplate(String name) {
    Value value = value(name);
    if (value != null && !(value instanceof Value.Bool) && !LiteralOrTemplate.isTemplate(value)) {
      wrong(name, "true, false or a template such as \"{{ variable }}\"", value);
      return null;
    }
    return value;
  }

  /** A condition: true, false or a bare expression. */
  @Nullable Value condition(String name) {
    Value value = value(name);
    return switch (value) {
      case null -> null;
      case Value.Bool bool -> bool;
      case Value.Str expression -> bare(name, expression);
      case Value other -> {
        wrong(
            name,
            other instanceof Value.Seq
                ? "one expression, its parts joined by 'and',"
                : "true, false or a bare expression",
            other);
        yield null;
      }
    };
  }

  /** A YAML list or a bare expression that gives one. */
  @Nullable Value list(String name) {
    Value value = value(name);
    return switch (value) {
      case null -> null;
      case Value.Seq seq -> seq;
      case Value.Str expression -> bare(name, expression);
      case Value other -> {
        wrong(name, "a list or a bare expression", other);
        yield null;
      }
    };
  }

  private static String alone(String name, String text) {
    Matcher whole = ONE_TAG.matcher(text);
    return whole.matches()
        ? whole.group(1)
        : name.equals("for_each") ? "cluster.nodes" : "cluster.role == 'service'";
  }

  private @Nullable Value bare(String name, Value.Str expression) {
    if (LiteralOrTemplate.isTemplate(expression)) {
      diagnostics.add(
          Diagnostic.at(
                  expression.at(),
                  Code.BAD_VALUE,
                  "'" + name + "' takes a bare expression, without {{ }}")
              .withHint("write the expression alone, such as: " + alone(name, expression.text())));
    }
    return expression;
  }

  /** A string that may hold a template. */
  Value.@Nullable Str template(String name) {
    Value value = value(name);
    return switch (value) {
      case null -> null;
      case Value.Str str -> str;
      case Value.Num(String source, Number _, Span at) -> new Value.Str(source, at);
      case Value other -> {
        wrong(name, "a string", other);
        yield null;
      }
    };
  }

  /** Values of any kind; a single one counts as a list of one. */
  List<Value> values(String name) {
    Value value = value(name);
    return switch (value) {
      case null -> List.of();
      case Value.Seq seq -> seq.items();
      case Value other -> List.of(other);
    };
  }

  /** A set of words; a single string counts as one. */
  Set<String> words(String name) {
    return values(name).stream()
        .flatMap(value -> {
          if (LiteralOrTemplate.scalar(value).isEmpty()) {
            wrong(name, "a word or a list of words", value);
          }
          return LiteralOrTemplate.scalar(value).stream();
        })
        .collect(Collectors.toSet());
  }

  /** Strings in their order; a single one counts as a list of one. */
  List<String> strings(String name) {
    List<String> strings = new ArrayList<>();
    for (Value value : values(name)) {
      LiteralOrTemplate.scalar(value)
          .ifPresentOrElse(strings::add, () -> wrong(name, "a string or a list of strings", value));
    }
    return strings;
  }

  /** Variables; empty when there are none. */
  Map<String, Value> vars(String name) {
    Value value = value(name);
    if (value instanceof Value.Mapping given) {
      return vars(given);
    }
    if (value != null) {
      wrong(name, "a map of variables", value);
    }
    return Map.of();
  }

  /** The variables of a whole map. */
  Map<String, Value> vars() {
    return vars(map);
  }

  private Map<String, Value> vars(Value.Mapping given) {
    Map<String, Value> vars = new LinkedHashMap<>();
    given
        .entries()
        .forEach((key, entry) -> {
          if (isVariable(key, entry.keyAt())) {
            vars.put(key, entry.value());
          }
        });
    return vars;
  }

  /** A list of what must be a list. */
  @Nullable List<Value> items(String name) {
    Value value = value(name);
    return switch (value) {
      case null -> null;
      case Value.Seq seq -> seq.items();
      case Value other -> {
        wrong(name, "a list", other);
        yield null;
      }
    };
  }

  /** The position of a value; that of the map when it isn't given. */
  Span atValue(String name) {
    Value value = map.get(name);
    return value == null ? map.at() : value.at();
  }

  private void wrong(String name, String wanted, Value value) {
    String shown =
        LiteralOrTemplate.scalar(value).map(text -> "'" + text + "'").orElse(value.kind());
    diagnostics.add(
        value.at(), Code.BAD_VALUE, "'" + name + "' must be " + wanted + ", not " + shown);
  }
}
