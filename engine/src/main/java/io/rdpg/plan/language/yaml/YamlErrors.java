package io.rdpg.plan.language.yaml;

import io.rdpg.plan.language.diagnostic.Suggestions;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * Rewords the YAML parser's messages for users who know YAML but not its grammar.
 *
 * @param message what is wrong
 * @param hint what to do; null when there is nothing to say
 * @param at where, which isn't always where the parser gave up; null when it doesn't say
 */
record YamlErrors(String message, @Nullable String hint, @Nullable Mark at) {
  static final String QUOTE_BRACES = "quote a value that begins with {{";

  private static final Pattern CANNOT_START =
      Pattern.compile("found character '(.)' that cannot start any token.*", Pattern.DOTALL);
  private static final Pattern ESCAPE =
      Pattern.compile("found unknown escape character (.).*", Pattern.DOTALL);
  private static final Pattern UNDEFINED_ALIAS = Pattern.compile("found undefined alias (.*)");
  private static final Pattern ANCHOR = Pattern.compile("(?<=^|[\\s\\[{,:-])&([\\w-]+)");

  static YamlErrors of(MarkedYAMLException e, List<String> lines) {
    Mark problem = e.getProblemMark() != null ? e.getProblemMark() : e.getContextMark();
    Mark context = e.getContextMark() != null ? e.getContextMark() : problem;
    String said = firstLine(String.valueOf(e.getProblem()));
    String scanning = e.getContext() == null ? "" : firstLine(e.getContext());
    String line = line(lines, problem);
    if (said.contains("TAB")) {
      return new YamlErrors("a tab where YAML allows only spaces", "indent with spaces", problem);
    }
    Matcher start = CANNOT_START.matcher(said);
    if (start.matches()) {
      String what = line.startsWith("{%", index(problem) - 1) ? "{%" : start.group(1);
      return new YamlErrors(
          "'" + start.group(1) + "' can't begin a value",
          "quote a value that begins with " + what,
          problem);
    }
    Matcher escape = ESCAPE.matcher(said);
    if (escape.matches()) {
      String given = escape.group(1);
      return new YamlErrors(
          "\\" + given + " means nothing in double quotes",
          "write \\\\" + given + ", or use single quotes, in which \\ is just a character",
          problem);
    }
    Matcher alias = UNDEFINED_ALIAS.matcher(said);
    if (alias.matches()) {
      List<String> anchors =
          lines.stream()
              .flatMap(text -> ANCHOR.matcher(text).results().map(found -> found.group(1)))
              .distinct()
              .toList();
      return new YamlErrors(
          "nothing above is marked &" + alias.group(1),
          anchors.isEmpty()
              ? "an alias *NAME repeats the value at &NAME; quote a value that begins with *"
              : Suggestions.hint(alias.group(1), anchors),
          problem);
    }
    if (said.contains("mapping values are not allowed")) {
      String above =
          problem == null || problem.getLine() == 0 || problem.getLine() > lines.size()
              ? ""
              : lines.get(problem.getLine() - 1);
      if (above.matches("\\s*-[^\\s-].*") || above.matches("\\s*[\\w-]+:\\S+\\s*")) {
        return new YamlErrors(
            "a ': ' is not allowed here",
            "the line above lacks a space: after the ':' of a key and the '-' of an item",
            problem);
      }
      return new YamlErrors(
          "a ': ' is not allowed here",
          "quote a value that contains ': ', and check that the line above is complete and both are"
              + " indented right",
          problem);
    }
    if (said.contains("<document start>")) {
      return new YamlErrors(
          "this can't follow what is above",
          "check for a bracket or a quote too much before it",
          problem);
    }
    return switch (scanning) {
      case "while scanning a simple key" ->
          new YamlErrors(
              "this line has no ':'",
              "write KEY: VALUE, with a space after the colon, and check the indentation",
              context);
      case "while scanning an alias" ->
          new YamlErrors(
              "to YAML, '*' begins an alias", "quote a value that begins with *", context);
      case "while scanning an anchor" ->
          new YamlErrors(
              "to YAML, '&' begins an anchor", "quote a value that begins with &", context);
      case "while scanning a directive" ->
          new YamlErrors(
              "a line can't begin with '%'", "quote a value that begins with %", context);
      case "while scanning a tag", "while parsing a tag" ->
          new YamlErrors("to YAML, '!' begins a tag", "quote a value that begins with !", context);
      case "while scanning a quoted scalar" ->
          new YamlErrors("this quote is not closed", "close it, or remove it", context);
      case "while scanning a block scalar" ->
          new YamlErrors(
              "after '|' or '>' the text begins on the next line",
              "move the text down, or quote a value that begins with | or >",
              problem);
      case "while parsing a flow mapping" -> flow("{", "}", said, line, context, problem);
      case "while parsing a flow sequence" -> flow("[", "]", said, line, context, problem);
      case "while parsing a block mapping", "while parsing a block collection" ->
          block(scanning.endsWith("mapping") ? "map" : "list", lines, line, context, problem);
      case "while parsing a node", "while parsing a flow node", "while parsing a block node" ->
          new YamlErrors(
              "a value is missing here",
              "write it, or remove what is too much: a comma, a bracket",
              problem);
      case "expected a single document in the stream" ->
          new YamlErrors("a second document begins here", "split it into two files", problem);
      default ->
          new YamlErrors(
              plain(said),
              scanning.isEmpty() || context == null
                  ? null
                  : scanning + " at line " + (context.getLine() + 1),
              problem);
    };
  }

  private static YamlErrors flow(
      String open,
      String close,
      String said,
      String line,
      @Nullable Mark context,
      @Nullable Mark problem) {
    if (line.contains(": {{")) {
      return new YamlErrors("braces in braces are maps to YAML", QUOTE_BRACES, problem);
    }
    if (context == null || problem == null || context.getLine() < problem.getLine()) {
      return new YamlErrors(
          "this '" + open + "' is not closed",
          "write '" + close + "' after the last of what is in it",
          context);
    }
    return said.startsWith("expected ','")
        ? new YamlErrors(
            "a ',' is missing before this",
            "separate the values in "
                + open
                + " "
                + close
                + " by commas; quote a value that contains "
                + "one of , [ ] { }",
            problem)
        : new YamlErrors(plain(said), "in the '" + open + "' of this line", problem);
  }

  private static YamlErrors block(
      String kind,
      List<String> lines,
      String line,
      @Nullable Mark context,
      @Nullable Mark problem) {
    String before = line.substring(0, Math.min(index(problem), line.length())).stripTrailing();
    if (line.contains(": {{")) {
      return new YamlErrors("text after the map {{ }}", QUOTE_BRACES, problem);
    }
    if (before.endsWith("\"") || before.endsWith("'")) {
      return new YamlErrors(
          "text after a closing quote",
          "quote the whole value; in single quotes write '' for one, in double quotes \\\"",
          problem);
    }
    if (!before.isEmpty() && !before.equals("-")) {
      return new YamlErrors(
          "this can't follow in the same line",
          "check for a missing quote, comma or colon",
          problem);
    }
    String where =
        context == null
            ? ""
            : " of line "
                + (context.getLine() + 1)
                + ", which begins in column "
                + (context.getColumn() + 1);
    return new YamlErrors(
        "this doesn't line up with the " + kind + where,
        "indent what belongs together by the same number of spaces"
            + (lines.stream().anyMatch(text -> text.strip().startsWith("\t")) ? ", no tabs" : ""),
        problem);
  }

  /** Other messages of the parser. */
  static String plain(String problem) {
    String line = firstLine(problem);
    if (line.startsWith("Nesting Depth exceeded")) {
      return "this is nested too deeply";
    }
    if (line.startsWith("Number of aliases")) {
      return "its aliases of lists and maps are too many, more than 50";
    }
    return line.isEmpty()
        ? line
        : line.substring(0, 1).toLowerCase(Locale.ROOT) + line.substring(1);
  }

  private static String line(List<String> lines, @Nullable Mark mark) {
    return Optional.ofNullable(mark)
        .filter(at -> at.getLine() < lines.size())
        .map(at -> lines.get(at.getLine()))
        .orElse("");
  }

  private static int index(@Nullable Mark mark) {
    return mark == null ? 0 : mark.getColumn();
  }

  private static String firstLine(String message) {
    String line = message.lines().findFirst().orElse("this is not YAML").strip();
    return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
  }
}
