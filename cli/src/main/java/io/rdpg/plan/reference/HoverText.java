package io.rdpg.plan.reference;

import io.rdpg.plan.language.model.Key;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Signature.Argument;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an editor shows beside a word, in Markdown. */
final class HoverText {
  private HoverText() {}

  static String of(Key key) {
    return fact(
            KindNames.word(key.form()),
            KindNames.writing(key.form()),
            key.required(),
            key.defaultValue())
        + Paragraph.sentence(key.meaning())
        + example(key.example());
  }

  static String of(Argument argument) {
    String written =
        argument.choices().isEmpty()
            ? KindNames.writing(argument.kind())
            : "`" + String.join("`, `", argument.choices()) + "`, or a template";
    String example =
        argument.example() == null ? "" : example(argument.name() + ": " + argument.example());
    return fact(
            KindNames.word(argument.kind()), written, argument.required(), argument.defaultValue())
        + Paragraph.sentence(argument.meaning())
        + example;
  }

  static String of(Signature signature) {
    List<String> needed = new ArrayList<>();
    for (Argument argument : signature.arguments()) {
      if (argument.required()) {
        needed.add("`" + argument.name() + "`");
      }
    }
    for (Signature.Rule rule : signature.rules()) {
      if (rule instanceof Signature.ExactlyOne(List<String> names)) {
        needed.add("one of `" + String.join("`, `", names) + "`");
      }
    }
    return Paragraph.sentence(signature.summary())
        + "\n\nIn sync when "
        + signature.inSync()
        + ".\n\nNeeds "
        + String.join("; ", needed)
        + "."
        + example(signature.example());
  }

  private static String fact(
      String kind, String writing, boolean required, @Nullable String defaultValue) {
    String otherwise = defaultValue == null ? "" : ". Default: `" + defaultValue + "`";
    return "*" + kind + (required ? ", required" : "") + "*: " + writing + otherwise + ".\n\n";
  }

  private static String example(String yaml) {
    return "\n\n```yaml\n" + yaml.strip() + "\n```";
  }
}
