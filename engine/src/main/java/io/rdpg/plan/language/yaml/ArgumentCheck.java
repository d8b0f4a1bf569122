package io.rdpg.plan.language.yaml;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.ForeignWord;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.diagnostic.Suggestions;
import io.rdpg.plan.language.model.Durations;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Value;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Checks a step's arguments against the signature; of values, only literals can be checked yet. */
record ArgumentCheck(
    Signature signature, Value.Mapping arguments, Span at, Diagnostics diagnostics) {
  /**
   * Reports all errors.
   *
   * @param at where the primitive is named
   */
  static void check(
      Signature signature, Value.Mapping arguments, Span at, Diagnostics diagnostics) {
    ArgumentCheck check = new ArgumentCheck(signature, arguments, at, diagnostics);
    check.names();
    check.values();
    signature.rules().forEach(check::rule);
  }

  private void names() {
    List<String> known = signature.argumentNames();
    arguments
        .entries()
        .forEach((name, entry) -> {
          if (!known.contains(name)) {
            diagnostics.add(
                Diagnostic.at(
                        entry.keyAt(),
                        Code.UNKNOWN_ARGUMENT,
                        signature.name() + " has no argument '" + name + "'")
                    .withHint(instead(name, known)));
          }
        });
    for (Signature.Argument argument : signature.arguments()) {
      if (argument.required() && !given(argument.name()) && !meant(argument.name())) {
        missing("needs '" + argument.name() + "'", argument.name() + ": " + argument.meaning());
      }
    }
  }

  private String instead(String name, List<String> known) {
    return foreign(name)
        .orElseGet(() ->
            StepReader.isHead(name)
                ? "it is a key of the step: indent it as far as '" + signature.name() + "'"
                : Suggestions.hint(name, known));
  }

  /**
   * Whether the missing argument is there misspelt or under another tool's name, which is reported.
   */
  private boolean meant(String missing) {
    List<String> known = signature.argumentNames();
    return arguments.entries().keySet().stream()
        .filter(name -> !known.contains(name))
        .anyMatch(name ->
            foreign(name)
                    .filter(hint ->
                        hint.contains("'" + missing + "'")
                            || hint.startsWith("write " + missing + ":"))
                    .isPresent()
                || Suggestions.nearest(name, known).filter(missing::equals).isPresent());
  }

  private Optional<String> foreign(String name) {
    return ForeignWord.ARGUMENT.hint(signature.name() + "." + name);
  }

  /** What a user must know to choose. */
  private static @Nullable String reason(List<String> names) {
    return names.contains("always")
        ? "'unless' tests whether it is done already, 'always: true' runs it every time"
        : null;
  }

  private void values() {
    for (Signature.Argument argument : signature.arguments()) {
      Value value = arguments.get(argument.name());
      if (value == null || value instanceof Value.Nothing) {
        continue;
      }
      boolean bare = argument.kind() == Signature.Kind.EXPRESSION;
      if (bare && LiteralOrTemplate.isTemplate(value)) {
        diagnostics.add(
            Diagnostic.at(
                    value.at(),
                    Code.BAD_VALUE,
                    "'" + argument.name() + "' takes a bare expression, without {{ }}")
                .withHint(
                    argument.name().equals("that")
                        ? "write the expression alone, such as: master.found"
                        : "write the expression alone, such as: cluster.nodes"));
      } else if (argument.roles().contains(Signature.Role.COMMAND_LINE)
          && LiteralOrTemplate.scalar(value).filter(ArgumentCheck::isOfWords).isPresent()) {
        diagnostics.add(
            Diagnostic.at(
                    value.at(),
                    Code.BAD_VALUE,
                    "'" + argument.name() + "' must be a list of words, not " + show(value))
                .withHint("write [WORD, WORD]; for a shell: [sh, -c, '...']"));
      } else if (argument.roles().contains(Signature.Role.DEADLINE)
          && LiteralOrTemplate.scalar(value)
              .flatMap(text -> Durations.parse(text.strip()))
              .filter(Duration::isZero)
              .isPresent()) {
        diagnostics.add(
            value.at(),
            Code.BAD_VALUE,
            "'" + argument.name() + "' must be greater than 0, not " + show(value));
      } else if (!LiteralOrTemplate.isTemplate(value)) {
        wanted(argument.kind(), value)
            .ifPresentOrElse(
                wanted ->
                    diagnostics.add(
                        value.at(),
                        Code.BAD_VALUE,
                        "'" + argument.name() + "' must be " + wanted + ", not " + show(value)),
                () -> choice(argument, value));
      }
    }
  }

  private void choice(Signature.Argument argument, Value value) {
    String given = LiteralOrTemplate.scalar(value).orElse("");
    if (!argument.choices().isEmpty() && !argument.choices().contains(given)) {
      diagnostics.add(
          Diagnostic.at(
                  value.at(), Code.BAD_VALUE, "'" + argument.name() + "' can't be " + show(value))
              .withHint(Suggestions.hint(given, argument.choices())));
    }
  }

  /** No shell cuts a command line into words. */
  private static boolean isOfWords(String text) {
    return text.strip().contains(" ");
  }

  /** What a kind wants, in words, when this literal isn't it. */
  private static Optional<String> wanted(Signature.Kind kind, Value value) {
    Optional<String> scalar = LiteralOrTemplate.scalar(value);
    return switch (kind) {
      case TEXT -> scalar.isPresent() ? Optional.empty() : Optional.of("a single value");
      case TEMPLATE_FILE ->
          value instanceof Value.Str ? Optional.empty() : Optional.of("the path of a template");
      case BOOL ->
          value instanceof Value.Bool || scalar.filter(s -> s.matches("true|false")).isPresent()
              ? Optional.empty()
              : Optional.of("true or false");
      case INT ->
          scalar.filter(s -> s.strip().matches("[+-]?\\d{1,18}")).isPresent()
              ? Optional.empty()
              : Optional.of("a whole number");
      case DURATION ->
          scalar.flatMap(s -> Durations.parse(s.strip())).isPresent()
              ? Optional.empty()
              : Optional.of("a duration such as 500ms, 15s or 5m");
      case MODE ->
          scalar.filter(s -> s.strip().matches("0?[0-7]{3,4}")).isPresent()
              ? Optional.empty()
              : Optional.of("octal permission bits such as 0644");
      case LIST -> value instanceof Value.Mapping ? Optional.of("a list") : Optional.empty();
      case MAP -> value instanceof Value.Mapping ? Optional.empty() : Optional.of("a map");
      case EXPRESSION, ANY -> Optional.empty();
    };
  }

  private void rule(Signature.Rule rule) {
    switch (rule) {
      case Signature.ExactlyOne(List<String> names) -> {
        List<String> given = names.stream().filter(this::chosen).toList();
        if (given.isEmpty() && names.stream().noneMatch(this::meant)) {
          missing("needs one of " + quoted(names), reason(names));
        }
        atMostOne(given);
      }
      case Signature.AtMostOne(List<String> names) ->
          atMostOne(names.stream().filter(this::given).toList());
      case Signature.Needs(String name, String needed) -> {
        if (given(name) && !given(needed)) {
          missing("needs '" + needed + "' where '" + name + "' is given", null);
        }
      }
      case Signature.NeedsFor(String name, String value, String needed) -> {
        if (literal(name).filter(value::equals).isPresent() && !given(needed)) {
          missing("needs '" + needed + "' where '" + name + "' is '" + value + "'", null);
        }
      }
      case Signature.OnlyFor(String other, String name, List<String> values) -> {
        Value.Entry entry = arguments.entries().get(other);
        boolean bad = literal(name).filter(value -> !values.contains(value)).isPresent();
        if (entry != null && given(other) && bad) {
          diagnostics.add(
              Diagnostic.at(
                      entry.keyAt(),
                      Code.BAD_VALUE,
                      "%s takes '%s' only where '%s' is %s"
                          .formatted(signature.name(), other, name, quoted(values)))
                  .withHint("remove it"));
        }
      }
    }
  }

  /** The value of an argument; empty where a template gives it. */
  private Optional<String> literal(String name) {
    return Optional.ofNullable(arguments.get(name))
        .flatMap(LiteralOrTemplate::scalar)
        .filter(text -> !text.contains("{{") && !text.contains("{%"));
  }

  private void atMostOne(List<String> given) {
    if (given.size() > 1) {
      Value.Entry second = arguments.entries().get(given.get(1));
      diagnostics.add(
          Diagnostic.at(
                  second == null ? at : second.keyAt(),
                  Code.BAD_VALUE,
                  signature.name() + " takes only one of " + quoted(given))
              .withHint("remove one of them"));
    }
  }

  private void missing(String message, @Nullable String hint) {
    diagnostics.add(
        Diagnostic.at(at, Code.MISSING_ARGUMENT, signature.name() + " " + message).withHint(hint));
  }

  /** {@code always: false} chooses nothing. */
  private boolean chosen(String name) {
    return given(name)
        && !(arguments.get(name) instanceof Value.Bool(String _, boolean yes, Span _) && !yes);
  }

  private boolean given(String name) {
    Value value = arguments.get(name);
    return value != null && !(value instanceof Value.Nothing);
  }

  private static String quoted(List<String> names) {
    return names.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", "));
  }

  private static String show(Value value) {
    return LiteralOrTemplate.scalar(value).map(scalar -> "'" + scalar + "'").orElse(value.kind());
  }
}
