package io.rdpg.plan.language.inventory;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says what is wrong with JSON by what is at the place where it ceases to be some.
 *
 * @param what is there
 * @param hint what to do
 */
record JsonErrors(String what, String hint) {
  private static final Pattern WORD = Pattern.compile("[\\w.+-]+", Pattern.UNICODE_CHARACTER_CLASS);

  /** What other languages write, and people who know them. */
  private static final Map<String, String> WORDS =
      Map.of("None", "null", "nil", "null", "True", "true", "False", "false");

  /**
   * The words for a place.
   *
   * @param offset of the place, in characters
   */
  static JsonErrors of(String text, int offset) {
    String before = text.substring(0, Math.clamp(offset, 0, text.length())).stripTrailing();
    String rest = text.substring(Math.clamp(offset, 0, text.length()));
    if (rest.isEmpty()) {
      return before.isEmpty()
          ? new JsonErrors("there is nothing in it", "an empty inventory is {}")
          : new JsonErrors("it ends before it is complete", "close each \", { and [ in it");
    }
    int found = rest.codePointAt(0);
    if (Character.isISOControl(found)) {
      return new JsonErrors(
          String.format("the character U+%04X is in a string", found),
          "close the string in its line; in it a line ends with \\n");
    }
    String shown = "'" + Character.toString(found) + "'";
    if (before.endsWith("\\")) {
      return new JsonErrors(
          "a \\ before " + shown + " means nothing", "write \\\\ for one that is meant");
    }
    if (before.endsWith(",") && "}]".indexOf(found) >= 0) {
      return new JsonErrors(
          "nothing follows the ',' before " + shown, "remove the comma after the last of a list");
    }
    Matcher word = WORD.matcher(rest);
    return switch (found) {
      case '\'' -> new JsonErrors("' is no quote", "quote names and strings with \"");
      case '#', '/' -> new JsonErrors("a comment can't be in it", "remove the comment");
      case '"', '{', '[' ->
          new JsonErrors(
              shown + " can't follow here", "check for a missing comma or colon before it");
      default ->
          word.lookingAt() && !before.endsWith("\"")
              ? new JsonErrors(
                  "'" + word.group() + "' is no value",
                  WORDS.containsKey(word.group())
                      ? "write " + WORDS.get(word.group())
                      : "quote names and strings with \"; numbers begin with no 0 and end with a digit")
              : new JsonErrors(
                  shown + " can't be here", "check the quotes, commas and brackets before it");
    };
  }
}
