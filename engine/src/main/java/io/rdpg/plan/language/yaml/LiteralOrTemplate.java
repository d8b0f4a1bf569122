package io.rdpg.plan.language.yaml;

import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.language.model.Value;
import java.util.Optional;
import java.util.regex.Pattern;

/** Distinguishes literals from templates, whose value isn't known yet. */
public final class LiteralOrTemplate {
  private static final Pattern TAG = Pattern.compile("\\{[{%]");
  private static final Pattern OPENING = Pattern.compile("\\{(?=[{%#])");
  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private LiteralOrTemplate() {}

  /** Whether it is rendered before it is used; what was encrypted is not. */
  public static boolean isTemplate(Value value) {
    return value instanceof Value.Str str && !isSecret(value) && TAG.matcher(str.text()).find();
  }

  /** A template that renders to this text, for what isn't rendered although it looks so. */
  public static String verbatim(String text) {
    return OPENING.matcher(text).replaceAll("{{ '{' }}");
  }

  /** Whether it was encrypted. */
  public static boolean isSecret(Value value) {
    return value instanceof Value.Str str && Text.marked(str.text()).holdsSecret();
  }

  /** A name that templates can say. */
  public static boolean isIdentifier(String name) {
    return IDENTIFIER.matcher(name).matches();
  }

  /** What a single value says, as it is written; empty for lists, maps and nothing. */
  public static Optional<String> scalar(Value value) {
    return switch (value) {
      case Value.Str str -> Optional.of(str.text());
      case Value.Num num -> Optional.of(num.source());
      case Value.Bool bool -> Optional.of(bool.source());
      case Value.Nothing _, Value.Seq _, Value.Mapping _ -> Optional.empty();
    };
  }
}
