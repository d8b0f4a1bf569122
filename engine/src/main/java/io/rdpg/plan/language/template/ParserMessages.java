package io.rdpg.plan.language.template;

import io.rdpg.plan.language.diagnostic.ForeignWord;
import io.rdpg.plan.language.diagnostic.Suggestions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Rewords the template parser's messages for users who don't know its tokens.
 *
 * @param message what is wrong
 * @param hint what to do; null when there is nothing to say
 */
record ParserMessages(String message, @Nullable String hint) {
  private static final Pattern UNEXPECTED =
      Pattern.compile(
          "Unexpected token of value \"(.*)\" and type (\\w+)(?:, expected token of type (\\w+).*)?",
          Pattern.DOTALL);
  private static final Pattern ODD =
      Pattern.compile("Unexpected token \"\\w+\" of value \"(.*)\"", Pattern.DOTALL);
  private static final Pattern CHARACTER =
      Pattern.compile("Unexpected character \\[(.*)]", Pattern.DOTALL);
  static final Pattern TAG_NAME = Pattern.compile("Unexpected tag name \"(.*)\"");
  private static final Pattern NO_END =
      Pattern.compile("Unexpected end of template\\. Pebble was looking for the \"(\\w+)\" tag.*");
  private static final Pattern CALCULATION = Pattern.compile("Could not perform (.*)");
  static final Pattern UNCLOSED = Pattern.compile("(?:Unclosed|Unexpected) \"(.*)\"|Unclosed .*");

  private static final Set<String> TAGS =
      Set.of(
          "if",
          "elseif",
          "else",
          "endif",
          "for",
          "endfor",
          "set",
          "include",
          "import",
          "from",
          "macro",
          "endmacro",
          "block",
          "endblock",
          "extends",
          "filter",
          "endfilter",
          "verbatim",
          "endverbatim",
          "embed",
          "endembed",
          "autoescape",
          "endautoescape",
          "flush");

  private static final Map<String, String> TOKENS =
      Map.of(
          "EOF", "the end",
          "PRINT_END", "'}}'",
          "EXECUTE_END", "'%}'",
          "NAME", "a name",
          "NUMBER", "a number",
          "STRING", "a string",
          "PUNCTUATION", "a bracket or comma",
          "OPERATOR", "an operator");

  private static final Map<String, String> INSTEAD =
      Map.ofEntries(
          Map.entry("=", "compare with =="),
          Map.entry("===", "compare with =="),
          Map.entry("&", "write 'and'"),
          Map.entry("&&", "write 'and'"),
          Map.entry("||", "write 'or'"),
          Map.entry("!", "write 'not'"),
          Map.entry("<>", "write !="),
          Map.entry("=~", "write VALUE | matches('PATTERN')"),
          Map.entry("in", "write LIST contains ITEM"),
          Map.entry("not in", "write not (LIST contains ITEM)"),
          Map.entry("if", "write CONDITION ? ONE : OTHER"),
          Map.entry("else", "write CONDITION ? ONE : OTHER"),
          Map.entry(
              ",", "two names at once: {% for entry in MAP %}, with entry.key and entry.value"),
          Map.entry("$", "names have no $ here"),
          Map.entry("@", "names have no @ here"),
          Map.entry("`", "strings are in ' or \""),
          Map.entry("\u00a0", "this is U+00A0, not a space: write a plain space"),
          Map.entry("\u200b", "this is invisible (U+200B): remove it"),
          Map.entry(":", "there are no slices: LIST | slice(FROM, TO)"),
          Map.entry("{", "in a tag a variable is its name alone, without braces"));

  /**
   * @param said the parser's message
   * @param word the text at the position, a few characters; empty when that isn't known
   * @param bare whether the template is a bare expression
   */
  static ParserMessages of(String said, String word, boolean bare) {
    Matcher end = NO_END.matcher(said);
    if (end.matches()) {
      return new ParserMessages(
          "this has no {% " + end.group(1) + " %}",
          "write {% " + end.group(1) + " %} where it ends");
    }
    Matcher tag = TAG_NAME.matcher(said);
    if (tag.matches()) {
      return tag(tag.group(1));
    }
    Matcher character = CHARACTER.matcher(said);
    if (character.matches()) {
      String found = character.group(1);
      if (word.isEmpty() || word.equals("{{") || word.equals("{%")) {
        return unclosed(word);
      }
      return found.equals("'") || found.equals("\"")
          ? new ParserMessages("this string is not closed", "write " + found + " after it")
          : new ParserMessages("'" + found + "' is not allowed here", instead(word, found));
    }
    Matcher calculation = CALCULATION.matcher(said);
    if (calculation.matches()) {
      return new ParserMessages(
          calculation.group(1) + " isn't possible with these values",
          "both sides must be numbers, and nothing is divided by 0; '~' joins strings");
    }
    if (UNCLOSED.matcher(said).matches()) {
      return new ParserMessages(
          word.isEmpty() ? "a tag or bracket is not closed" : "'" + word + "' is not closed",
          switch (word) {
            case "{{" -> "write }} after the expression";
            case "{%" -> "write %} after the tag";
            case "(" -> "write ) where it ends";
            case "[" -> "write ] where it ends";
            default -> null;
          });
    }
    Matcher odd = ODD.matcher(said);
    if (odd.matches() && List.of("}}", "%}").contains(odd.group(1))) {
      return early(odd.group(1).equals("}}") ? "PRINT_END" : "EXECUTE_END", bare);
    }
    if (odd.matches()) {
      return cant(odd.group(1), word, null, bare);
    }
    Matcher unexpected = UNEXPECTED.matcher(said);
    return unexpected.matches()
        ? switch (unexpected.group(2)) {
          case "EOF" -> unclosed(word);
          case "PRINT_END", "EXECUTE_END" -> early(unexpected.group(2), bare);
          default -> cant(unexpected.group(1), word, unexpected.group(3), bare);
        }
        : new ParserMessages(said, null);
  }

  private static ParserMessages unclosed(String word) {
    return new ParserMessages(
        word.isEmpty() ? "a tag is not closed" : "'" + word + "' is not closed",
        word.equals("{%") ? "write %} after the tag" : "write }} after the expression");
  }

  private static ParserMessages tag(String name) {
    if (name.startsWith("end") && TAGS.contains(name)) {
      return new ParserMessages(
          "{% " + name + " %} ends nothing", "is its {% " + name.substring(3) + " %} missing?");
    }
    return TAGS.contains(name)
        ? new ParserMessages("{% " + name + " %} is not allowed here", null)
        : new ParserMessages(
            "there is no tag '" + name + "' in templates",
            ForeignWord.TAG.hint(name).orElseGet(() -> Suggestions.hint(name, TAGS)));
  }

  private static ParserMessages early(String token, boolean bare) {
    return new ParserMessages(
        bare ? "the expression ends too early" : "something is missing before " + TOKENS.get(token),
        "write what comes next, or remove the last word; '#' begins a comment in YAML");
  }

  private static ParserMessages cant(
      String found, String word, @Nullable String wanted, boolean bare) {
    boolean end = wanted == null || List.of("PRINT_END", "EXECUTE_END", "EOF").contains(wanted);
    String hint = instead(word, found);
    if (hint == null && end && !found.isEmpty() && Character.isLetterOrDigit(found.charAt(0))) {
      hint = "write an operator between two values (and, or, ==, ~, ...); write text in quotes";
    }
    if (found.equals("}") && "PUNCTUATION".equals(wanted)) {
      return new ParserMessages("braces in a tag make a map: {'key': value}", INSTEAD.get("{"));
    }
    if (wanted == null || (bare && end)) {
      return new ParserMessages("'" + found + "' is not allowed here", hint);
    }
    return new ParserMessages(
        "'" + found + "' is not allowed here, expected is " + TOKENS.getOrDefault(wanted, wanted),
        hint);
  }

  private static @Nullable String instead(String word, String found) {
    String there = INSTEAD.get(word);
    if (there != null) {
      return there;
    }
    if (!found.isEmpty() && "\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb".contains(found)) {
      return "this is not a quote here: write ' or \"";
    }
    return INSTEAD.get(found);
  }
}
