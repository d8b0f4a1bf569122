package io.rdpg.plan.language.template;

import io.rdpg.plan.language.diagnostic.Span;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds positions in the source text of templates. */
final class SourceText {
  private SourceText() {}

  static boolean hasTags(String text) {
    for (int i = text.indexOf('{'); i >= 0 && i < text.length() - 1; i = text.indexOf('{', i + 1)) {
      if ("{%#".indexOf(text.charAt(i + 1)) >= 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * The text with the line end after each block tag and comment moved into it, so that a line of
   * its own leaves no empty line behind, as Ansible's templates do. Keeps the count of lines, and
   * of characters.
   */
  static String blockLinesOf(String text) {
    StringBuilder moved = new StringBuilder(text);
    for (int end : TagTokens.blockEnds(text)) {
      String lineEnd = text.startsWith("\r\n", end) ? "\r\n" : "\n";
      if (text.startsWith(lineEnd, end)) {
        int mark = text.charAt(end - 3) == '-' ? end - 3 : end - 2;
        moved.replace(mark, end + lineEnd.length(), lineEnd + text.substring(mark, end));
      }
    }
    return moved.toString();
  }

  static Optional<Path> path(String name) {
    try {
      return Optional.of(Path.of(name));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /**
   * The position of a word of a template in its file.
   *
   * @param at where the template begins: a YAML value, or the start of a template file
   * @param written the template, or a bare expression; empty for all of the file
   * @param line the line within the template, from 1
   * @param word the word; null for the first tag from that line on
   */
  static Span place(Span at, String written, int line, @Nullable String word) {
    boolean file = at.line() == 1 && at.column() == 1 && at.text().isEmpty();
    String template = file && written.isEmpty() ? SourceMap.text(at.file()) : written;
    boolean bare = !file && !hasTags(template);
    List<TagTokens.Word> words = bare ? words(template) : TagTokens.words(template);
    int offset =
        words.stream()
            .filter(found -> found.line() >= line)
            .filter(found ->
                word == null
                    ? found.kind() == TagTokens.Kind.BEGIN
                    : found.text().equals(word) && found.kind() != TagTokens.Kind.STRING)
            .filter(found -> word == null || !isField(words, found))
            .mapToInt(TagTokens.Word::offset)
            .findFirst()
            .orElseGet(() -> fieldOrLine(words, template, line, word, bare));
    return SourceMap.place(at, template, bare ? Math.max(0, offset - 2) : offset);
  }

  /** The position of the character at this offset of what {@link #words} read. */
  static Span at(Span at, String template, int offset) {
    return SourceMap.place(at, template, hasTags(template) ? offset : Math.max(0, offset - 2));
  }

  /** The words of a template; those of a bare expression as if it were in braces. */
  static List<TagTokens.Word> words(String template) {
    return TagTokens.words(hasTags(template) ? template : "{{" + template + "}}");
  }

  private static int fieldOrLine(
      List<TagTokens.Word> words, String template, int line, @Nullable String word, boolean bare) {
    return words.stream()
        .filter(found -> found.line() >= line && found.text().equals(word))
        .mapToInt(TagTokens.Word::offset)
        .findFirst()
        .orElseGet(() -> startOf(template, line) + (bare ? 2 : 0));
  }

  /** Whether a name is a field of what is before it. */
  private static boolean isField(List<TagTokens.Word> words, TagTokens.Word word) {
    int index = words.indexOf(word);
    return index > 0 && words.get(index - 1).text().equals(".");
  }

  private static int startOf(String template, int line) {
    int offset = 0;
    for (int i = 1; i < line; i++) {
      int end = template.indexOf('\n', offset);
      if (end < 0) {
        return offset;
      }
      offset = end + 1;
    }
    return offset;
  }
}
