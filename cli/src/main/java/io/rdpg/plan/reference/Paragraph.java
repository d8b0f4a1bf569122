package io.rdpg.plan.reference;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Text for people, broken into lines that fit a terminal. */
final class Paragraph {
  /** As wide as a page of {@code explain} gets. */
  static final int WIDTH = 80;

  private Paragraph() {}

  /** The text in lines of at most {@link #WIDTH}, each indented by so many spaces. */
  static String wrap(String text, int indent) {
    StringBuilder page = new StringBuilder();
    StringBuilder line = new StringBuilder();
    for (String word : words(text)) {
      if (!line.isEmpty() && indent + line.length() + 1 + word.length() > WIDTH) {
        page.append(" ".repeat(indent)).append(line).append('\n');
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    return page.append(" ".repeat(indent)).append(line).append('\n').toString();
  }

  /** What must not be broken: words, and text between backquotes. */
  static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder open = new StringBuilder();
    for (String word : text.strip().split("\\s+", -1)) {
      open.append(open.isEmpty() ? "" : " ").append(word);
      if (open.chars().filter(c -> c == '`').count() % 2 == 0) {
        words.add(open.toString());
        open.setLength(0);
      }
    }
    if (!open.isEmpty()) {
      words.add(open.toString());
    }
    return words;
  }

  /** A word with its text beside it, the text's lines all beginning in the same column. */
  static String beside(String word, int width, String text) {
    String wrapped = wrap(text, width + 4);
    return "  " + word + " ".repeat(width - word.length()) + "  " + wrapped.stripLeading();
  }

  /** The lines of something that is kept as it is, indented by two. */
  static String kept(String text) {
    StringBuilder page = new StringBuilder();
    text.strip().lines().forEach(line -> page.append("  ").append(line).append('\n'));
    return page.toString();
  }

  /** A phrase as a sentence: with a capital letter and a full stop. */
  static String sentence(String phrase) {
    String whole = phrase.substring(0, 1).toUpperCase(Locale.ROOT) + phrase.substring(1);
    return whole.endsWith(".") ? whole : whole + ".";
  }
}
