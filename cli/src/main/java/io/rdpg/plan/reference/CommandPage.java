package io.rdpg.plan.reference;

import io.rdpg.plan.language.diagnostic.ExitCode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * A command's description, read from its definition: help, man pages and completion are generated
 * from it.
 *
 * @param name the word that calls it, such as {@code apply}
 * @param summary its first sentence, without the full stop
 * @param about all sentences, a paragraph each
 * @param options in groups of what they are for, each group by name
 * @param examples command lines with their meaning
 * @param exits its exit codes with their meaning; empty where there is no more to say than 0 and 2
 * @param commands its own commands
 */
public record CommandPage(
    String name,
    String summary,
    List<String> about,
    List<Parameter> parameters,
    Map<String, List<Option>> options,
    List<Example> examples,
    Map<Integer, String> exits,
    List<CommandPage> commands) {

  /**
   * An argument by its place.
   *
   * @param many whether there can be more than one
   * @param choices the words that it can be; empty for any
   */
  public record Parameter(
      String label, boolean required, boolean many, String about, List<String> choices) {

    /** As a synopsis writes it. */
    String shown() {
      String all = many ? label + "..." : label;
      return required ? all : "[" + all + "]";
    }
  }

  /**
   * An option.
   *
   * @param names the short one first
   * @param label what its value is called; null for one without a value
   * @param choices the words that its value can be; empty for any
   */
  public record Option(
      List<String> names,
      @Nullable String label,
      boolean repeatable,
      String about,
      List<String> choices) {

    /** Its first sentence, for a menu. */
    String brief() {
      return summary(List.of(about));
    }
  }

  /** A command line and what it does. */
  public record Example(String line, String meaning) {}

  private static final Map<String, List<String>> GROUPS =
      Map.of(
          "Where and with what",
          List.of(
              "--inventory",
              "--limit",
              "--extra-vars",
              "--tags",
              "--forks",
              "--connect-forks",
              "--local",
              "--no-ask-ahead"),
          "Preview",
          List.of("--dry-run", "--diff", "--detailed-exitcode", "--out", "--sealed"));

  private static final String OTHERS = "Options";
  private static final String LAST = "Output and help";
  private static final List<String> LAST_OPTIONS =
      List.of("--output", "--verbose", "--junit", "--metrics", "--debug", "--help", "--version");

  /** The page of a command, with those of its own commands. */
  public static CommandPage of(CommandSpec spec) {
    List<String> about =
        Stream.of(spec.usageMessage().description()).map(CommandPage::plain).toList();
    return new CommandPage(
        spec.name(),
        summary(about),
        about,
        spec.positionalParameters().stream()
            .filter(parameter -> !parameter.hidden())
            .map(CommandPage::parameter)
            .toList(),
        options(spec),
        Stream.of(spec.usageMessage().footer()).map(CommandPage::example).toList(),
        exits(spec),
        spec.subcommands().values().stream()
            .map(CommandLine::getCommandSpec)
            .distinct()
            .map(CommandPage::of)
            .toList());
  }

  private static String summary(List<String> about) {
    if (about.isEmpty()) {
      return "";
    }
    String first = about.getFirst();
    return first.replaceFirst("(?s)\\.( .*)?$", "");
  }

  private static Parameter parameter(PositionalParamSpec spec) {
    return new Parameter(
        spec.paramLabel(), spec.required(), spec.arity().max() > 1, about(spec), choices(spec));
  }

  private static Map<String, List<Option>> options(CommandSpec spec) {
    Map<String, List<Option>> groups = new LinkedHashMap<>();
    List.of("Where and with what", "Preview", OTHERS, LAST)
        .forEach(group -> groups.put(group, new ArrayList<>()));
    spec.options().stream()
        .filter(option -> !option.hidden())
        .sorted(Comparator.comparing(OptionSpec::longestName))
        .forEach(option ->
            groups
                .computeIfAbsent(group(option.longestName()), _ -> new ArrayList<>())
                .add(option(option)));
    groups.values().removeIf(List::isEmpty);
    return groups;
  }

  private static String group(String name) {
    if (LAST_OPTIONS.contains(name)) {
      return LAST;
    }
    return GROUPS.entrySet().stream()
        .filter(group -> group.getValue().contains(name))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(OTHERS);
  }

  private static Option option(OptionSpec spec) {
    List<String> names =
        Stream.of(spec.names()).sorted(Comparator.comparingInt(String::length)).toList();
    return new Option(
        names,
        spec.arity().max() == 0 ? null : spec.paramLabel(),
        spec.isMultiValue(),
        about(spec),
        choices(spec));
  }

  private static String about(ArgSpec spec) {
    String text = String.join(" ", spec.description());
    return plain(
        text.replace("${DEFAULT-VALUE}", Objects.requireNonNullElse(spec.defaultValue(), "")));
  }

  private static List<String> choices(ArgSpec spec) {
    Class<?> type = spec.type();
    if (!type.isEnum()) {
      return List.of();
    }
    return Stream.of(type.getEnumConstants())
        .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
        .toList();
  }

  private static Example example(String footer) {
    int gap = footer.indexOf("   ");
    return gap < 0
        ? new Example(plain(footer.strip()), "")
        : new Example(plain(footer.substring(0, gap).strip()), plain(footer.substring(gap)));
  }

  private static Map<Integer, String> exits(CommandSpec spec) {
    Map<Integer, String> exits = new LinkedHashMap<>();
    spec.usageMessage()
        .exitCodeList()
        .forEach((number, meaning) -> exits.put(Integer.valueOf(number.strip()), plain(meaning)));
    if (spec.name().equals("apply")) {
      for (ExitCode exit : ExitCode.values()) {
        exits.put(exit.number(), EventReference.meaning(exit));
      }
    }
    return exits;
  }

  /** As it is read, not as picocli would format it. */
  private static String plain(String text) {
    return text.replace("%n", " ").replace("%%", "%").strip();
  }

  /** All options, whatever they are for. */
  List<Option> allOptions() {
    return options.values().stream().flatMap(List::stream).toList();
  }
}
