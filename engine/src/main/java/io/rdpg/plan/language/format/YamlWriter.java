package io.rdpg.plan.language.format;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes parts, each on its original line. Lists and maps are indented two columns more than what
 * they are in; the lines of a scalar are moved as a whole.
 */
final class YamlWriter {
  private static final int STEP = 2;

  /** A list or map in block style. */
  private static final class Block {
    final boolean list;

    /**
     * A list that is indented no deeper than its key, as YAML allows; it has no start and no end.
     */
    final boolean undented;

    final int oldColumn;

    /** -1 until its first word is written. */
    int column = -1;

    Block(boolean list, boolean undented, int oldColumn) {
      this.list = list;
      this.undented = undented;
      this.oldColumn = oldColumn;
    }
  }

  /**
   * A list or map in braces or brackets: the columns of lines in it, and of a line that closes it.
   */
  private record Flow(int content, int closing) {}

  private final List<String> written = new ArrayList<>();
  private final StringBuilder line = new StringBuilder();
  private final Deque<Block> blocks = new ArrayDeque<>();
  private final Deque<Flow> flows = new ArrayDeque<>();
  private final List<Block> closed = new ArrayList<>();
  private int indentation;
  private boolean keyComes;
  private YamlPart.@Nullable Word before;

  private YamlWriter() {}

  /** The lines of the same text in its one form. */
  static List<String> of(List<YamlPart> parts) {
    YamlWriter layout = new YamlWriter();
    for (YamlPart part : parts) {
      switch (part) {
        case YamlPart.BlockStart start ->
            layout.blocks.push(new Block(start.list(), false, start.column()));
        case YamlPart.BlockEnd _ -> layout.endOfBlock();
        case YamlPart.SimpleKey _ -> layout.simpleKey();
        case YamlPart.Word word -> layout.word(word);
        case YamlPart.End end -> layout.end(end);
      }
    }
    return layout.written;
  }

  private void endOfBlock() {
    closeUndented();
    closed.add(blocks.pop());
  }

  private void simpleKey() {
    if (flows.isEmpty()) {
      closeUndented();
      keyComes = true;
    }
  }

  private void closeUndented() {
    Block inner = blocks.peek();
    if (inner != null && inner.undented) {
      closed.add(blocks.pop());
    }
  }

  private void word(YamlPart.Word word) {
    boolean first = before == null || before.lastLine() < word.line();
    if (flows.isEmpty()) {
      blockWord(word, first);
    }
    int indent = first ? indent(word) : -1;
    comments(word.comments(), indent, word);
    goTo(word.line());
    if (first) {
      line.repeat(' ', indent);
      indentation = indent;
    } else if (before != null) {
      line.append(TokenSpacing.between(before, word));
    }
    Block inner = blocks.peek();
    if (inner != null && inner.column < 0) {
      inner.column = line.length();
    }
    write(word);
    if (word.kind() == YamlPart.Kind.OPENING) {
      int block = inner == null ? -STEP : inner.column;
      flows.push(
          new Flow(Math.max(indentation, block) + STEP, Math.max(indentation, block + STEP)));
    } else if (word.kind() == YamlPart.Kind.CLOSING) {
      flows.pop();
    }
    keyComes = false;
    closed.clear();
    before = word;
  }

  /** A word in block style may begin a list, or end one that is indented no deeper than its key. */
  private void blockWord(YamlPart.Word word, boolean first) {
    YamlPart.Kind kind = word.kind();
    Block inner = blocks.peek();
    if (kind == YamlPart.Kind.DASH && (inner == null || !inner.list)) {
      blocks.push(new Block(true, true, word.column()));
    } else if (kind == YamlPart.Kind.QUESTION_MARK || (kind == YamlPart.Kind.COLON && first)) {
      closeUndented();
    }
  }

  /** The column of a line that begins with this word. */
  private int indent(YamlPart.Word word) {
    Flow flow = flows.peek();
    if (flow != null) {
      return word.kind() == YamlPart.Kind.CLOSING ? flow.closing() : flow.content();
    }
    Block inner = blocks.peek();
    if (inner == null) {
      return 0;
    }
    if (inner.column < 0) {
      return outer() + STEP;
    }
    return switch (word.kind()) {
      case DASH, QUESTION_MARK, COLON -> inner.column;
      case DIRECTIVE, DOCUMENT_MARK -> 0;
      case COMMA, OPENING, CLOSING, ANCHOR, TAG, ALIAS, PLAIN, QUOTED, BLOCK ->
          keyComes ? inner.column : inner.column + STEP;
    };
  }

  /** The column of the block around the innermost one. */
  private int outer() {
    return blocks.stream().skip(1).findFirst().map(block -> block.column).orElse(-STEP);
  }

  private void write(YamlPart.Word word) {
    if (word.kind() == YamlPart.Kind.BLOCK) {
      writeBlock(word);
    } else if (word.kind() == YamlPart.Kind.PLAIN || word.kind() == YamlPart.Kind.QUOTED) {
      writeFolded(word);
    } else {
      line.append(word.first());
    }
  }

  /** A scalar whose lines are folded: where they begin means nothing to YAML. */
  private void writeFolded(YamlPart.Word word) {
    line.append(word.lines().size() == 1 ? word.first() : stripped(word, word.first()));
    List<String> more = word.lines().subList(1, word.lines().size());
    if (more.isEmpty()) {
      return;
    }
    int least =
        more.stream().filter(text -> !text.isBlank()).mapToInt(YamlWriter::blanks).min().orElse(0);
    int base = scalarBase();
    for (int i = 0; i < more.size(); i++) {
      nextLine();
      String text = more.get(i);
      boolean last = i == more.size() - 1;
      if (last || !text.isBlank()) {
        indentation = base + Math.max(0, blanks(text) - least);
        line.repeat(' ', indentation);
        String content = text.substring(blanks(text));
        line.append(last ? content : stripped(word, content));
      }
    }
  }

  private int scalarBase() {
    Flow flow = flows.peek();
    if (flow != null) {
      return flow.content();
    }
    Block inner = blocks.peek();
    return inner == null ? STEP : inner.column + STEP;
  }

  /** Without blanks at its end, which fold away unless one of them is escaped. */
  private static String stripped(YamlPart.Word word, String text) {
    String bare = text.replaceFirst("[ \t]+$", "");
    return word.first().startsWith("\"") && bare.endsWith("\\") ? text : bare;
  }

  private static int blanks(String text) {
    int blanks = 0;
    while (blanks < text.length() && (text.charAt(blanks) == ' ' || text.charAt(blanks) == '\t')) {
      blanks++;
    }
    return blanks;
  }

  private void writeBlock(YamlPart.Word word) {
    String header = word.first();
    int comment = header.indexOf('#');
    line.append(comment < 0 ? header.stripTrailing() : header);
    String indicators = comment < 0 ? header : header.substring(0, comment);
    int given = indicators.replaceAll("[^1-9]", "").chars().map(c -> c - '0').sum();
    List<String> content = word.lines().subList(1, word.lines().size());
    Block inner = blocks.peek();
    int from;
    int to;
    if (given > 0) {
      from = (inner == null ? 0 : inner.oldColumn) + given;
      to = (inner == null ? 0 : inner.column) + given;
    } else {
      from =
          content.stream()
              .filter(text -> !text.isBlank())
              .findFirst()
              .map(YamlWriter::spaces)
              .orElse(Integer.MAX_VALUE);
      to = inner == null ? STEP : inner.column + STEP;
    }
    for (String text : content) {
      nextLine();
      if (text.length() > from) {
        line.repeat(' ', to).append(text, from, text.length());
      }
    }
  }

  private static int spaces(String text) {
    int spaces = 0;
    while (spaces < text.length() && text.charAt(spaces) == ' ') {
      spaces++;
    }
    return spaces;
  }

  private void end(YamlPart.End end) {
    comments(end.comments(), 0, null);
    goTo(end.line());
    if (!line.isEmpty()) {
      nextLine();
    }
  }

  /**
   * @param indent the column of the next word's line
   * @param next the word that comes after them; null at the end
   */
  private void comments(List<Comment> comments, int indent, YamlPart.@Nullable Word next) {
    for (Comment comment : comments) {
      if (before != null && comment.line() == before.lastLine()) {
        line.append(comment.before().isEmpty() ? " " : comment.before().replace('\t', ' '));
      } else {
        goTo(comment.line());
        line.repeat(' ', indent(comment, indent, next));
      }
      line.append(comment.text());
    }
  }

  /**
   * A comment on a line of its own is indented like the line after it; but one that was deeper, at
   * the end of a list or map that ends here, like that list or map.
   */
  private int indent(Comment comment, int indent, YamlPart.@Nullable Word next) {
    Flow flow = flows.peek();
    if (flow != null) {
      return flow.content();
    }
    int nextColumn = next == null ? -1 : next.column();
    if (comment.column() > nextColumn) {
      for (Block block : closed) {
        if (block.oldColumn + (block.undented ? 1 : 0) <= comment.column()) {
          return block.column;
        }
      }
    }
    return indent;
  }

  private void goTo(int number) {
    while (written.size() < number) {
      nextLine();
    }
  }

  private void nextLine() {
    written.add(line.toString());
    line.setLength(0);
  }
}
