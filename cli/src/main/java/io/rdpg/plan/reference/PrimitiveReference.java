package io.rdpg.plan.reference;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.model.Key;
import io.rdpg.plan.language.model.Keys;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Signature.Argument;
import io.rdpg.plan.language.model.Signature.Kind;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Documents primitives, their arguments and results: as text for {@code explain}, as Markdown for
 * the docs.
 */
public final class PrimitiveReference {
  private PrimitiveReference() {}

  /** One line a primitive, and what else can be asked for. */
  static String list(Collection<Signature> signatures) {
    int width = widest(signatures.stream().map(Signature::name).toList());
    StringBuilder page = new StringBuilder("Primitives: what a step can do\n");
    for (Signature signature : signatures) {
      page.append(Paragraph.beside(signature.name(), width, firstSentence(signature.summary())));
    }
    page.append("\nKeys of a plan\n");
    page.append(Paragraph.wrap(String.join(", ", Key.names(Keys.PLAN)), 2));
    page.append("\nKeys of a step\n");
    page.append(
        Paragraph.wrap(
            String.join(", ", Key.names(Keys.STEP))
                + ", "
                + String.join(", ", Key.names(Keys.DEEDS)),
            2));
    page.append("\nRules of locks and waits\n");
    page.append(Paragraph.wrap(String.join(", ", Code.RULES.stream().map(Code::word).toList()), 2));
    return page.append('\n')
        .append(
            Paragraph.wrap(
                "rdpg-plan explain WORD explains one of them, explain plan and explain step"
                    + " all keys, explain events the events and codes.",
                0))
        .toString();
  }

  /** All about one primitive, for a terminal. */
  static String text(Signature signature) {
    StringBuilder page = new StringBuilder(signature.name()).append('\n');
    page.append(Paragraph.wrap(signature.summary(), 2)).append('\n');
    page.append("In sync when\n").append(Paragraph.wrap(signature.inSync(), 2));
    page.append("\nArguments\n");
    int width = widest(signature.argumentNames());
    for (Argument argument : signature.arguments()) {
      page.append(Paragraph.beside(argument.name(), width, facts(argument)));
      page.append(Paragraph.wrap(argument.meaning(), width + 4));
    }
    if (!signature.rules().isEmpty()) {
      page.append("\nRules\n");
      signature.rules().forEach(rule -> page.append(Paragraph.wrap(rule(rule, ""), 2)));
    }
    page.append("\nHow values are written\n");
    Set<Kind> kinds = new TreeSet<>();
    signature.arguments().forEach(argument -> kinds.add(argument.kind()));
    int wide = widest(kinds.stream().map(KindNames::word).toList());
    kinds.forEach(
        kind -> page.append(Paragraph.beside(KindNames.word(kind), wide, KindNames.writing(kind))));
    if (!signature.registered().isEmpty()) {
      page.append("\nFields of the registered result\n");
      int fields = widest(signature.registered().stream().map(Signature.Field::name).toList());
      signature
          .registered()
          .forEach(field -> page.append(Paragraph.beside(field.name(), fields, field.meaning())));
    }
    return page.append("\nExample\n").append(Paragraph.kept(signature.example())).toString();
  }

  /** All about one argument. */
  static String text(Signature owner, Argument argument) {
    String written = KindNames.word(argument.kind()) + ": " + KindNames.writing(argument.kind());
    return argument.name()
        + ", an argument of "
        + owner.name()
        + "\n"
        + Paragraph.wrap(argument.meaning(), 2)
        + "\nValue\n"
        + Paragraph.wrap(written, 2)
        + Paragraph.wrap(facts(argument), 2);
  }

  static String facts(Argument argument) {
    String kind = KindNames.word(argument);
    return kind
        + (argument.required() ? ", required" : "")
        + (argument.defaultValue() == null ? "" : ", default " + argument.defaultValue());
  }

  private static String firstSentence(String summary) {
    int end = summary.indexOf(". ");
    return end < 0 ? summary : summary.substring(0, end + 1);
  }

  /** All about all primitives: {@code docs/primitives.md}. */
  public static String markdown(Collection<Signature> signatures) {
    StringBuilder page = new StringBuilder();
    page.append("# Primitives\n\n");
    page.append("<!-- Written by `./rdpg-plan explain --markdown > docs/primitives.md`; a test ");
    page.append("compares it with the code. -->\n\n");
    page.append(
        "The kinds of steps. Each reads the current state first and changes only what differs; ");
    page.append("a preview prints what an apply would perform.\n\n");
    page.append("| kind | how it is written |\n|---|---|\n");
    for (Kind kind : Kind.values()) {
      row(page, KindNames.word(kind), KindNames.writing(kind));
    }
    page.append('\n');
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
          KindNames.word(argument),
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

  static String rule(Signature.Rule rule, String quote) {
    return switch (rule) {
      case Signature.ExactlyOne one -> "exactly one of " + names(one.names(), quote);
      case Signature.AtMostOne one -> "at most one of " + names(one.names(), quote);
      case Signature.Needs needs ->
          quote + needs.name() + quote + " needs " + quote + needs.needed() + quote;
      case Signature.NeedsFor needs ->
          quote
              + needs.name()
              + ": "
              + needs.value()
              + quote
              + " needs "
              + quote
              + needs.needed()
              + quote;
      case Signature.OnlyFor only ->
          quote
              + only.other()
              + quote
              + " only where "
              + quote
              + only.name()
              + quote
              + " is "
              + names(only.values(), quote);
    };
  }

  private static String names(List<String> names, String quote) {
    return String.join(", ", names.stream().map(name -> quote + name + quote).toList());
  }

  private static int widest(List<String> words) {
    return words.stream().mapToInt(String::length).max().orElse(0);
  }
}
