package io.rdpg.plan.output;

/** How much room a line takes on a terminal, where colours take none. */
final class DisplayWidth {
  private static final char ESCAPE = '\u001b';

  private DisplayWidth() {}

  /** The columns that a line takes. */
  static int of(String line) {
    int width = 0;
    for (int i = 0; i < line.length(); ) {
      if (line.charAt(i) == ESCAPE) {
        i = afterEscape(line, i);
      } else {
        int c = line.codePointAt(i);
        width += of(c);
        i += Character.charCount(c);
      }
    }
    return width;
  }

  /** The line cut to so many columns, with its colours ended. */
  static String cut(String line, int columns) {
    if (of(line) <= columns) {
      return line;
    }
    StringBuilder kept = new StringBuilder();
    int width = 0;
    boolean coloured = false;
    for (int i = 0; i < line.length(); ) {
      int next;
      if (line.charAt(i) == ESCAPE) {
        next = afterEscape(line, i);
        coloured = true;
      } else {
        int c = line.codePointAt(i);
        next = i + Character.charCount(c);
        width += of(c);
        if (width > columns - 1) {
          break;
        }
      }
      kept.append(line, i, next);
      i = next;
    }
    return kept.append(coloured ? ESCAPE + "[0m" : "").append('>').toString();
  }

  private static int afterEscape(String line, int from) {
    int m = line.indexOf('m', from);
    return m < 0 ? line.length() : m + 1;
  }

  /** 0 for combining marks, 2 for East Asian wide characters and emoji, else 1. */
  private static int of(int codePoint) {
    int type = Character.getType(codePoint);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT) {
      return 0;
    }
    boolean wide =
        Character.isIdeographic(codePoint)
            || (Character.isEmoji(codePoint) && codePoint > 0x1F000)
            || between(codePoint, 0x1100, 0x115F)
            || between(codePoint, 0x3040, 0x30FF)
            || between(codePoint, 0xAC00, 0xD7A3)
            || between(codePoint, 0xFF01, 0xFF60);
    return wide ? 2 : 1;
  }

  private static boolean between(int codePoint, int first, int last) {
    return first <= codePoint && codePoint <= last;
  }
}
