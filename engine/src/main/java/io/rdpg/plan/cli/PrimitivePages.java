package io.rdpg.plan.cli;

import io.rdpg.plan.model.Signature;
import io.rdpg.plan.model.Signature.Argument;
import io.rdpg.plan.model.Signature.Kind;
import java.util.Collection;
import java.util.List;

/** Tells what primitives take and give: as text for {@code explain}, as Markdown for the docs. */
final class PrimitivePages {
  private PrimitivePages() {}

  /** One line a primitive. */
  static String list(Collection<Signature> signatures) {
    int width = signatures.stream().mapToInt(s -> s.name().length()).max().orElse(0);
    StringBuilder page = new StringBuilder();
    for (Signature signature : signatures) {
      page.append(pad(signature.name(), width))
          .append("  ")
          .append(signature.summary())
          .append('\n');
    }
    return page.append("\nrdpg-plan explain PRIMITIVE tells more about one.\n").toString();
  }

  /** All about one primitive, for a terminal. */
  static String text(Signature signature) {
    StringBuilder page = new StringBuilder();
    page.append(signature.name()).append("\n  ").append(signature.summary()).append("\n\n");
    page.append("In sync when\n  ").append(signature.inSync()).append("\n\nArguments\n");
    int nameWidth = widest(signature.arguments().stream().map(Argument::name).toList());
    int kindWidth =
        widest(signature.arguments().stream().map(argument -> word(argument.kind())).toList());
    for (Argument argument : signature.arguments()) {
      page.append("  ")
          .append(pad(argument.name(), nameWidth))
          .append("  ")
          .append(pad(word(argument.kind()), kindWidth))
          .append("  ")
          .append(argument.meaning())
          .append(argument.required() ? " (needed)" : "")
          .append(argument.defaultValue() == null ? "" : " (" + argument.defaultValue() + ")")
          .append('\n');
    }
    List<String> rules = signature.rules().stream().map(rule -> rule(rule, "")).toList();
    if (!rules.isEmpty()) {
      page.append("\nRules\n");
      rules.forEach(rule -> page.append("  ").append(rule).append('\n'));
    }
    if (!signature.registered().isEmpty()) {
      page.append("\nFields of the registered result\n");
      int width = widest(signature.registered().stream().map(Signature.Field::name).toList());
      signature
          .registered()
          .forEach(field ->
              page.append("  ")
                  .append(pad(field.name(), width))
                  .append("  ")
                  .append(field.meaning())
                  .append('\n'));
    }
    page.append("\nExample\n");
    signature.example().lines().forEach(line -> page.append("  ").append(line).append('\n'));
    return page.toString();
  }

  /** All about all primitives: {@code docs/primitives.md}. */
  static String markdown(Collection<Signature> signatures) {
    StringBuilder page = new StringBuilder();
    page.append("# Primitives\n\n");
    page.append("<!-- Written by `./rdpg-plan explain --markdown > docs/primitives.md`; a test ");
    page.append("holds it to the code. -->\n\n");
    page.append("What a step can be. Each looks first and acts only where something differs; ");
    page.append("a preview prints what an apply would perform.\n\n");
    page.append("| primitive | in short | in sync when |\n|---|---|---|\n");
    for (Signature signature : signatures) {
      row(
          page,
          "[`" + signature.name() + "`](#" + signature.name() + ")",
          signature.summary(),
          signature.inSync());
    }
    signatures.forEach(signature -> section(page, signature));
    return page.toString();
  }

  private static void section(StringBuilder page, Signature signature) {
    page.append("\n## ").append(signature.name()).append("\n\n");
    page.append(signature.summary()).append("\n\n");
    page.append("In sync when ").append(signature.inSync()).append(".\n\n");
    page.append("| argument | kind | default | meaning |\n|---|---|---|---|\n");
    for (Argument argument : signature.arguments()) {
      String otherwise = argument.defaultValue() == null ? "" : "`" + argument.defaultValue() + "`";
      row(
          page,
          "`" + argument.name() + "`",
          word(argument.kind()),
          argument.required() ? "needed" : otherwise,
          argument.meaning());
    }
    if (!signature.rules().isEmpty()) {
      page.append('\n');
      signature.rules().forEach(rule -> page.append("- ").append(rule(rule, "`")).append('\n'));
    }
    if (!signature.registered().isEmpty()) {
      page.append("\n| registered field | meaning |\n|---|---|\n");
      signature.registered().forEach(field -> row(page, "`" + field.name() + "`", field.meaning()));
    }
    page.append("\n```yaml\n").append(signature.example().strip()).append("\n```\n");
  }

  private static void row(StringBuilder page, String... cells) {
    page.append("| ");
    page.append(
        String.join(" | ", List.of(cells).stream().map(c -> c.replace("|", "\\|")).toList()));
    page.append(" |\n");
  }

  /** A kind in the words of a person who writes YAML. */
  private static String word(Kind kind) {
    return switch (kind) {
      case TEXT -> "text";
      case BOOL -> "true or false";
      case INT -> "number";
      case DURATION -> "duration";
      case MODE -> "file mode";
      case LIST -> "list";
      case MAP -> "map";
      case EXPRESSION -> "value or expression";
      case TEMPLATE_FILE -> "template file";
      case ANY -> "anything";
    };
  }

  private static String rule(Signature.Rule rule, String quote) {
    return switch (rule) {
      case Signature.ExactlyOne one -> "exactly one of " + names(one.names(), quote);
      case Signature.AtMostOne one -> "at most one of " + names(one.names(), quote);
      case Signature.Needs needs ->
          quote + needs.name() + quote + " needs " + quote + needs.needed() + quote;
    };
  }

  private static String names(List<String> names, String quote) {
    return String.join(", ", names.stream().map(name -> quote + name + quote).toList());
  }

  private static int widest(List<String> words) {
    return words.stream().mapToInt(String::length).max().orElse(0);
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }
}
