package io.rdpg.plan.reference;

import io.rdpg.plan.reference.CommandPage.Example;
import io.rdpg.plan.reference.CommandPage.Option;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** What {@code --help} prints: 80 columns, options by what they are for, examples at the end. */
public final class HelpText {
  private static final int NAMES = 22;

  private HelpText() {}

  /** Makes a command line and all its commands print their help so. */
  public static void installIn(CommandLine line) {
    line.setHelpSectionKeys(List.of("all"));
    line.setHelpSectionMap(Map.of("all", help -> of(help.commandSpec())));
  }

  private static String of(CommandSpec spec) {
    return of(spec.qualifiedName(), CommandPage.of(spec));
  }

  /**
   * A command's help.
   *
   * @param qualifiedName as it is called, such as {@code rdpg-plan apply}
   */
  static String of(String qualifiedName, CommandPage page) {
    StringBuilder text = new StringBuilder("Usage: ").append(synopsis(qualifiedName, page));
    text.append("\n\n");
    page.about().forEach(paragraph -> text.append(Paragraph.wrap(paragraph, 0)));
    if (!page.commands().isEmpty()) {
      text.append("\nCommands\n");
      int width = page.commands().stream().mapToInt(c -> c.name().length()).max().orElse(0);
      page.commands()
          .forEach(
              command -> text.append(Paragraph.beside(command.name(), width, command.summary())));
    }
    if (!page.parameters().isEmpty()) {
      text.append('\n');
      page.parameters()
          .forEach(parameter -> text.append(row(parameter.label(), parameter.about())));
    }
    page.options()
        .forEach((group, options) -> {
          text.append('\n').append(group).append('\n');
          options.forEach(option -> text.append(row(names(option), option.about())));
        });
    if (!page.exits().isEmpty()) {
      text.append("\nExit codes\n");
      page.exits()
          .forEach((number, meaning) ->
              text.append(Paragraph.beside(String.valueOf(number), 3, meaning.replace("`", ""))));
    }
    if (!page.examples().isEmpty()) {
      text.append("\nExamples\n");
      page.examples().forEach(example -> text.append(example(example)));
    }
    if (!page.commands().isEmpty()) {
      text.append("\n").append(qualifiedName).append(" COMMAND --help explains more.\n");
    }
    return text.toString();
  }

  /** How a command is called, on one line. */
  static String synopsis(String qualifiedName, CommandPage page) {
    String commands = page.commands().isEmpty() ? "" : " COMMAND";
    return qualifiedName
        + " [OPTION]..."
        + commands
        + page.parameters().stream()
            .map(parameter -> " " + parameter.shown())
            .collect(Collectors.joining());
  }

  /** An option's names with its value; a long name without a short one begins where they do. */
  private static String names(Option option) {
    String names = String.join(", ", option.names());
    String aligned = option.names().getFirst().startsWith("--") ? "    " + names : names;
    return option.label() == null ? aligned : aligned + "=" + option.label();
  }

  private static String row(String names, String about) {
    return names.length() > NAMES
        ? "  " + names + "\n" + Paragraph.wrap(about, NAMES + 4)
        : Paragraph.beside(names, NAMES, about);
  }

  private static String example(Example example) {
    return example.meaning().isEmpty()
        ? "  " + example.line() + "\n"
        : "  " + example.line() + "\n" + Paragraph.wrap(example.meaning(), 6);
  }
}
