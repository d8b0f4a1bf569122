package io.rdpg.plan.template;

import io.rdpg.plan.diag.Span;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The written text of templates, and where in it something stands. */
final class SourceText {
  private static final Pattern TAG = Pattern.compile("\\{[{%#]");
  private static final Pattern BLOCK_SCALAR = Pattern.compile("[|>][+-]?[0-9]?[+-]?\\s*(#.*)?");
  private static final Pattern LINE_AFTER_BLOCK = Pattern.compile("(-?[%#]\\})(\\r?\\n)");

  private SourceText() {}

  static boolean hasTags(String text) {
    return TAG.matcher(text).find();
  }

  /**
   * The text with the line end after each block tag and comment moved into it, so that a line of
   * its own leaves no empty line behind, as Ansible's templates do. Keeps the count of lines.
   */
  static String blockLinesOf(String text) {
    return LINE_AFTER_BLOCK.matcher(text).replaceAll("$2$1");
  }

  static Optional<Path> path(String name) {
    try {
      return Optional.of(Path.of(name));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /**
   * Where a word of a template stands in the file that it comes from.
   *
   * @param at where the template begins: a YAML value, or the start of a template file
   * @param line the line within the template, from 1
   * @param word what to look for; null for the first tag from that line on
   */
  static Span place(Span at, String template, int line, @Nullable String word) {
    Pattern wanted =
        word == null ? TAG : Pattern.compile("(?<![\\w.])" + Pattern.quote(word) + "(?!\\w)");
    boolean whole = at.line() == 1 && at.column() == 1 && at.text().isEmpty();
    if (line <= 1 && isWithin(at, wanted)) {
      return within(at, wanted);
    }
    List<String> lines = fileLines(at.file());
    int first = at.line() - 1 + Math.max(line, 1) - 1;
    if (!whole && isBlockScalar(at)) {
      first++;
      if (isFolded(at)) {
        first = at.line();
      }
    }
    int last = Math.max(first, at.line() + (int) template.lines().count() + 1);
    if (!whole && isFolded(at)) {
      last = lines.size();
    }
    for (int i = first; i < Math.min(last, lines.size()); i++) {
      Matcher matcher = wanted.matcher(lines.get(i));
      if (matcher.find(i == at.line() - 1 ? Math.min(at.column() - 1, lines.get(i).length()) : 0)) {
        return new Span(at.file(), i + 1, matcher.start() + 1, lines.get(i));
      }
    }
    if (first == at.line() - 1) {
      return within(at, wanted);
    }
    return first < lines.size()
        ? new Span(at.file(), first + 1, 1, lines.get(first))
        : new Span(at.file(), first + 1, 1, "");
  }

  private static boolean isWithin(Span at, Pattern wanted) {
    return wanted.matcher(at.text()).find(Math.min(at.column() - 1, at.text().length()));
  }

  private static Span within(Span at, Pattern wanted) {
    Matcher matcher = wanted.matcher(at.text());
    return matcher.find(Math.min(at.column() - 1, at.text().length()))
        ? new Span(at.file(), at.line(), matcher.start() + 1, at.text())
        : at;
  }

  private static boolean isBlockScalar(Span at) {
    return at.column() <= at.text().length()
        && BLOCK_SCALAR.matcher(at.text().substring(at.column() - 1)).matches();
  }

  private static boolean isFolded(Span at) {
    return isBlockScalar(at) && at.text().charAt(at.column() - 1) == '>';
  }

  private static List<String> fileLines(String file) {
    try {
      Optional<Path> path = path(file);
      return path.isPresent() && Files.isRegularFile(path.get())
          ? Files.readString(path.get()).lines().toList()
          : List.of();
    } catch (IOException e) {
      return List.of();
    }
  }
}
