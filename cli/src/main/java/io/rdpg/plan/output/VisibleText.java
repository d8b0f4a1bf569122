package io.rdpg.plan.output;

import java.util.stream.Collectors;

/**
 * Makes text that comes from elsewhere fit for a terminal: nothing in it moves the cursor, hides
 * something or turns its direction. To be used before text is coloured.
 */
public final class VisibleText {
  private static final int REPLACEMENT = 0xFFFD;

  private VisibleText() {}

  /** As one line: line ends become spaces. */
  public static String line(String text) {
    return text.indexOf('\n') < 0 && text.indexOf('\r') < 0
        ? visible(text)
        : text.lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .map(VisibleText::visible)
            .collect(Collectors.joining(" "));
  }

  /** Line by line, with its tabs. */
  public static String lines(String text) {
    return text.lines().map(VisibleText::withTabs).collect(Collectors.joining("\n"));
  }

  private static String visible(String line) {
    return of(line.codePoints().map(VisibleText::visible).toArray());
  }

  private static String withTabs(String line) {
    return of(line.codePoints().map(c -> c == '\t' ? c : visible(c)).toArray());
  }

  private static String of(int[] characters) {
    return new String(characters, 0, characters.length);
  }

  /** The character itself, or what is shown in its place. */
  static int visible(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL, Character.SPACE_SEPARATOR -> ' ';
      case Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          REPLACEMENT;
      default -> c;
    };
  }
}
