package io.rdpg.plan.template;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the template parser says, in words for those who don't know its tokens. */
final class ParserWords {
  private static final Pattern UNEXPECTED =
      Pattern.compile(
          "Unexpected token of value \"(.*)\" and type (\\w+)(?:, expected token of type (\\w+).*)?",
          Pattern.DOTALL);

  private static final Pattern ODD =
      Pattern.compile("Unexpected token \"\\w+\" of value \"(.*)\"", Pattern.DOTALL);

  private static final Map<String, String> TOKENS =
      Map.of(
          "EOF", "the end",
          "PRINT_END", "'}}'",
          "EXECUTE_END", "'%}'",
          "NAME", "a name",
          "NUMBER", "a number",
          "STRING", "a string",
          "PUNCTUATION", "punctuation",
          "OPERATOR", "an operator");

  private ParserWords() {}

  static String plain(String message) {
    Matcher odd = ODD.matcher(message);
    if (odd.matches()) {
      return "'" + odd.group(1) + "' can't stand here";
    }
    Matcher unexpected = UNEXPECTED.matcher(message);
    if (!unexpected.matches()) {
      return message;
    }
    String found =
        switch (unexpected.group(2)) {
          case "EOF", "PRINT_END", "EXECUTE_END" -> word(unexpected.group(2));
          default -> "'" + unexpected.group(1) + "'";
        };
    return unexpected.group(3) == null
        ? found + " can't stand here"
        : found + " can't stand here, expected is " + word(unexpected.group(3));
  }

  private static String word(@Nullable String token) {
    return token == null ? "something else" : TOKENS.getOrDefault(token, token);
  }
}
