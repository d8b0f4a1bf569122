package io.rdpg.plan.system;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a line into words as a POSIX shell quotes them. Nothing in it is expanded.
 *
 * @see <a href="https://docs.python.org/3/library/shlex.html#shlex.split">Python, shlex.split</a>
 */
public final class ShellWords {
  private final String line;
  private final boolean comments;
  private final List<Word> words = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private int begin = -1;
  private int i;

  private ShellWords(String line, boolean comments) {
    this.line = line;
    this.comments = comments;
  }

  /**
   * A word without its quotes.
   *
   * @param offset where it begins in the line
   */
  public record Word(String text, int offset) {}

  /** A quote or escape that the line doesn't finish. */
  public static final class Unclosed extends Exception {
    private final int offset;

    Unclosed(String message, int offset) {
      super(message);
      this.offset = offset;
    }

    /** Where in the line it begins. */
    public int offset() {
      return offset;
    }
  }

  /** The words of a command line. */
  public static List<Word> split(String line) throws Unclosed {
    return new ShellWords(line, false).split();
  }

  /**
   * The same of a line in which a number sign that is not quoted begins a comment, in a word too.
   */
  public static List<Word> splitBeforeComment(String line) throws Unclosed {
    return new ShellWords(line, true).split();
  }

  private List<Word> split() throws Unclosed {
    for (; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '#' && comments) {
        break;
      }
      if (Character.isWhitespace(c)) {
        end();
        continue;
      }
      begin = begin < 0 ? i : begin;
      switch (c) {
        case '\'', '"' -> quoted(c);
        case '\\' -> escaped();
        default -> word.append(c);
      }
    }
    end();
    return words;
  }

  private void quoted(char quote) throws Unclosed {
    int opened = i;
    for (i++; i < line.length() && line.charAt(i) != quote; i++) {
      char c = line.charAt(i);
      boolean escape =
          quote == '"'
              && c == '\\'
              && i + 1 < line.length()
              && (line.charAt(i + 1) == '"' || line.charAt(i + 1) == '\\');
      if (escape) {
        i++;
      }
      word.append(line.charAt(i));
    }
    if (i >= line.length()) {
      throw new Unclosed("this " + quote + " is not closed", opened);
    }
  }

  private void escaped() throws Unclosed {
    i++;
    if (i >= line.length()) {
      throw new Unclosed("this backslash escapes nothing", i - 1);
    }
    word.append(line.charAt(i));
  }

  private void end() {
    if (begin >= 0) {
      words.add(new Word(word.toString(), begin));
      word.setLength(0);
      begin = -1;
    }
  }
}
