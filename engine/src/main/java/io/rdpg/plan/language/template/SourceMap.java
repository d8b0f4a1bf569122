package io.rdpg.plan.language.template;

import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.SourceFile;
import io.rdpg.plan.language.diagnostic.Span;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Maps a position in a string to the position in its file, for every YAML style of strings: plain,
 * quoted with escapes, literal, folded, over several lines.
 */
final class SourceMap {
  private static final Pattern BLOCK_SCALAR = Pattern.compile("[|>][+-]?[0-9]?[+-]?\\s*(#.*)?");
  private static final Pattern PROPERTY = Pattern.compile("[&!]\\S*\\s+");

  private final List<String> lines;
  private final Span at;
  private int line;
  private int column;

  private SourceMap(List<String> lines, int line, Span at) {
    this.lines = lines;
    this.line = line;
    this.at = at;
    String first = lines.get(line);
    int characters = first.codePointCount(0, first.length());
    this.column = first.offsetByCodePoints(0, Math.min(at.column() - 1, characters));
  }

  /**
   * The place of a character of a string.
   *
   * @param at where the string begins: a YAML value, or the start of a template file
   * @param text the string as it was read
   * @param offset the character's index in it
   */
  static Span place(Span at, String text, int offset) {
    boolean file = at.line() == 1 && at.column() == 1 && at.text().isEmpty();
    List<String> lines = lines(at);
    if (lines.size() >= at.line() && (file || lines.get(at.line() - 1).equals(at.text()))) {
      return new SourceMap(lines, at.line() - 1, at).walk(text, offset, file);
    }
    if (at.text().isEmpty()) {
      return at; // from no file, or from one that has changed since
    }
    Span shown = new SourceMap(List.of(at.text()), 0, at).walk(text, offset, false);
    return shown.column() > at.text().length()
        ? at
        : new Span(at.file(), at.line(), shown.column(), at.text());
  }

  private Span walk(String text, int wanted, boolean file) {
    int offset = Math.min(wanted, text.length());
    if (!file) {
      skipProperties();
    }
    char style = column < lines.get(line).length() ? lines.get(line).charAt(column) : ' ';
    if (!file
        && (style == '|' || style == '>')
        && BLOCK_SCALAR
            .matcher(lines.get(line))
            .region(column, lines.get(line).length())
            .matches()) {
      line++;
      column = 0;
    } else if (!file && (style == '"' || style == '\'')) {
      column++;
    } else {
      style = ' ';
    }
    for (int i = 0; i < offset; ) {
      i += Character.isWhitespace(text.charAt(i)) ? 1 : step(text, i, style);
    }
    if (offset < text.length() && !Character.isWhitespace(text.charAt(offset))) {
      skipBlanks(style);
    }
    if (line >= lines.size()) {
      line = Math.max(0, lines.size() - 1);
      column = lines.get(line).length();
    }
    String shown = lines.get(line);
    return new Span(
        at.file(), line + 1, shown.codePointCount(0, Math.min(column, shown.length())) + 1, shown);
  }

  /**
   * Skips the next written character that is no blank; returns how many characters it represents.
   */
  private int step(String text, int index, char style) {
    skipBlanks(style);
    if (line >= lines.size()) {
      return 1;
    }
    String written = lines.get(line);
    char c = written.charAt(column);
    if (style == '\'' && c == '\'') {
      column += 2;
    } else if (style == '"' && c == '\\') {
      column += escape(written);
      return Character.charCount(text.codePointAt(index));
    } else {
      column++;
    }
    return 1;
  }

  /** Skips blanks, line ends and, in double quotes, escapes that represent blanks. */
  private void skipBlanks(char style) {
    while (line < lines.size()) {
      String written = lines.get(line);
      if (column >= written.length()) {
        line++;
        column = 0;
      } else if (Character.isWhitespace(written.charAt(column))) {
        column++;
      } else if (style == '"' && isBlankEscape(written)) {
        column += 2;
      } else {
        return;
      }
    }
  }

  private boolean isBlankEscape(String written) {
    return written.charAt(column) == '\\'
        && (column + 1 == written.length()
            || " nrtN_LP\t".indexOf(written.charAt(column + 1)) >= 0);
  }

  private int escape(String written) {
    char kind = column + 1 < written.length() ? written.charAt(column + 1) : ' ';
    return switch (kind) {
      case 'x' -> 4;
      case 'u' -> 6;
      case 'U' -> 10;
      default -> 2;
    };
  }

  private void skipProperties() {
    Matcher property = PROPERTY.matcher(lines.get(line));
    while (property.region(column, lines.get(line).length()).lookingAt()) {
      column = property.end();
    }
  }

  /** The whole text of a file; empty when it can't be read. */
  static String text(String file) {
    return String.join("\n", lines(Span.of(file)));
  }

  private static List<String> lines(Span at) {
    return SourceText.path(at.file())
        .filter(Files::isRegularFile)
        .map(SourceMap::read)
        .orElse(List.of());
  }

  private static List<String> read(Path file) {
    LastRead last = lastRead;
    String name = file.toString();
    if (last != null && last.name().equals(name)) {
      return last.lines();
    }
    try {
      List<String> lines = SourceFile.lines(SourceFile.read(file, SourceFile.MOST_TEXT));
      lastRead = new LastRead(name, lines);
      return lines;
    } catch (Failure gone) {
      return List.of();
    }
  }

  /** Errors of one file come together: the last file is cached. */
  private record LastRead(String name, List<String> lines) {}

  private static volatile @Nullable LastRead lastRead;
}
