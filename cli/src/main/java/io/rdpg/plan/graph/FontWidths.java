package io.rdpg.plan.graph;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Estimates the width of a text, in whole pixels. The widths of printable ASCII are those of the
 * widest font that the pictures' font families can fall back to, so a picture is right wherever it
 * is opened, and is the same for everybody who makes it.
 */
enum FontWidths {
  PLAIN(
      new int[] {
        32, 41, 46, 84, 64, 96, 78, 28, 40, 40, 50, 84, 32, 37, 32, 34, 64, 64, 64, 64, 64, 64, 64,
        64, 64, 64, 34, 34, 84, 84, 84, 56, 102, 69, 69, 73, 78, 67, 62, 78, 76, 30, 50, 67, 56, 87,
        75, 79, 67, 79, 73, 67, 62, 74, 69, 99, 69, 67, 69, 40, 34, 40, 84, 56, 50, 62, 64, 55, 64,
        62, 36, 64, 64, 28, 28, 58, 28, 98, 64, 62, 64, 64, 42, 53, 40, 64, 60, 82, 60, 60, 53, 64,
        34, 64, 84
      }),
  BOLD(
      new int[] {
        35, 46, 53, 84, 70, 101, 88, 31, 46, 46, 53, 84, 38, 42, 38, 37, 70, 70, 70, 70, 70, 70, 70,
        70, 70, 70, 40, 40, 84, 84, 84, 62, 100, 78, 77, 74, 84, 69, 69, 83, 84, 38, 56, 78, 64,
            100,
        84, 86, 74, 86, 78, 73, 69, 82, 78, 111, 78, 73, 73, 46, 37, 46, 84, 56, 50, 68, 72, 60, 72,
        68, 44, 72, 72, 35, 35, 67, 35, 105, 72, 69, 72, 72, 50, 60, 48, 72, 66, 93, 66, 66, 59, 72,
        37, 72, 84
      }),
  MONO(new int[] {});

  private static final int MONO_WIDTH = 62;
  private static final int OTHER_WIDTH = 105;
  private static final int PICTOGRAM_WIDTH = 145;
  private static final String CUT = "…";

  /** In hundredths of the font's size, from the space on. */
  @SuppressWarnings("ImmutableEnumChecker") // nobody writes to it
  private final int[] ascii;

  FontWidths(int[] ascii) {
    this.ascii = ascii;
  }

  int of(String text, double size) {
    double sum = text.codePoints().map(this::width).sum();
    return (int) Math.ceil(sum * size / 100);
  }

  private int width(int c) {
    if (c >= ' ' && c <= '~') {
      return ascii.length == 0 ? MONO_WIDTH : ascii[c - ' '];
    }
    if (c == '…' || c == '≤' || c == '·') {
      return 100;
    }
    return c > 0xFFFF || (c >= 0x2190 && c < 0x3000) ? PICTOGRAM_WIDTH : OTHER_WIDTH;
  }

  /** As much of the text as fits, with a mark where it was cut. */
  String cut(String text, double size, int room) {
    if (of(text, size) <= room) {
      return text;
    }
    String fitting = "";
    for (String character : characters(text)) {
      if (of(fitting + character + CUT, size) > room) {
        break;
      }
      fitting += character;
    }
    return fitting.stripTrailing() + CUT;
  }

  /** The text on a few lines, cut at the end of the last one. */
  List<String> wrap(String text, double size, int room, int most) {
    List<String> lines = new ArrayList<>();
    String rest = text;
    while (lines.size() < most - 1 && of(rest, size) > room) {
      int end = lineEnd(rest, size, room);
      if (end == 0) {
        break;
      }
      lines.add(rest.substring(0, end).strip());
      rest = rest.substring(end).strip();
    }
    if (!rest.isEmpty() || lines.isEmpty()) {
      lines.add(cut(rest, size, room));
    }
    return lines;
  }

  /** After the last word that fits; in the midst of a word that is a line by itself. */
  private int lineEnd(String text, double size, int room) {
    int end = 0;
    int wordEnd = 0;
    for (String character : characters(text)) {
      if (of(text.substring(0, end + character.length()), size) > room) {
        break;
      }
      end += character.length();
      if (character.equals(" ")) {
        wordEnd = end;
      }
    }
    return wordEnd > 0 ? wordEnd : end;
  }

  /** As a reader counts them. */
  private static List<String> characters(String text) {
    BreakIterator breaks = BreakIterator.getCharacterInstance(Locale.ROOT);
    breaks.setText(text);
    List<String> characters = new ArrayList<>();
    int start = breaks.first();
    for (int end = breaks.next(); end != BreakIterator.DONE; start = end, end = breaks.next()) {
      characters.add(text.substring(start, end));
    }
    return characters;
  }
}
