package io.rdpg.plan.language.format;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.scanner.ScannerImpl;
import org.yaml.snakeyaml.tokens.ScalarToken;
import org.yaml.snakeyaml.tokens.Token;

/**
 * Takes a YAML text apart by the marks of SnakeYAML's tokens. Comments are read from what lies
 * between tokens, so none can be lost.
 */
final class YamlParts {
  private final int[] text;
  private final List<YamlPart> found = new ArrayList<>();
  private int reached;
  private int line;
  private int lineStart;

  private YamlParts(String text) {
    this.text = text.codePoints().toArray();
  }

  /**
   * The parts of a text, the last is an {@link YamlPart.End}.
   *
   * @param text YAML that can be parsed, its lines ended by line feeds
   * @throws FormatException when something between tokens is no comment
   */
  static List<YamlPart> of(String text) {
    YamlParts parts = new YamlParts(text);
    ScannerImpl scanner =
        new ScannerImpl(new StreamReader(new StringReader(text)), new LoaderOptions());
    while (scanner.checkToken()) {
      parts.add(scanner.getToken());
    }
    List<Comment> comments = parts.comments(parts.text.length);
    parts.found.add(new YamlPart.End(parts.line, comments));
    return parts.found;
  }

  private void add(Token token) {
    switch (token.getTokenId()) {
      case Directive -> addWord(YamlPart.Kind.DIRECTIVE, token);
      case DocumentStart, DocumentEnd -> addWord(YamlPart.Kind.DOCUMENT_MARK, token);
      case BlockMappingStart -> found.add(new YamlPart.BlockStart(false, column(token)));
      case BlockSequenceStart -> found.add(new YamlPart.BlockStart(true, column(token)));
      case BlockEnd -> found.add(new YamlPart.BlockEnd());
      case BlockEntry -> addWord(YamlPart.Kind.DASH, token);
      case Key -> {
        if (isEmpty(token)) {
          found.add(new YamlPart.SimpleKey());
        } else {
          addWord(YamlPart.Kind.QUESTION_MARK, token);
        }
      }
      case Value -> addWord(YamlPart.Kind.COLON, token);
      case FlowEntry -> addWord(YamlPart.Kind.COMMA, token);
      case FlowMappingStart, FlowSequenceStart -> addWord(YamlPart.Kind.OPENING, token);
      case FlowMappingEnd, FlowSequenceEnd -> addWord(YamlPart.Kind.CLOSING, token);
      case Anchor -> addWord(YamlPart.Kind.ANCHOR, token);
      case Tag -> addWord(YamlPart.Kind.TAG, token);
      case Alias -> addWord(YamlPart.Kind.ALIAS, token);
      case Scalar -> addWord(kind((ScalarToken) token), token);
      case Comment, Error, StreamStart, StreamEnd, Whitespace -> {}
    }
  }

  private static YamlPart.Kind kind(ScalarToken scalar) {
    return switch (scalar.getStyle()) {
      case PLAIN -> YamlPart.Kind.PLAIN;
      case SINGLE_QUOTED, DOUBLE_QUOTED, JSON_SCALAR_STYLE -> YamlPart.Kind.QUOTED;
      case LITERAL, FOLDED -> YamlPart.Kind.BLOCK;
    };
  }

  private static boolean isEmpty(Token token) {
    return token.getStartMark().getIndex() == token.getEndMark().getIndex();
  }

  private static int column(Token token) {
    return token.getStartMark().getColumn();
  }

  private void addWord(YamlPart.Kind kind, Token token) {
    int from = token.getStartMark().getIndex();
    boolean spaced = from > reached;
    List<Comment> comments = comments(from);
    int to = token.getEndMark().getIndex();
    if (kind == YamlPart.Kind.BLOCK) {
      to = endOfBlock(token.getEndMark());
    } else if (kind == YamlPart.Kind.DIRECTIVE) {
      to = endOfDirective(from);
    }
    List<String> lines = new ArrayList<>(List.of(slice(from, to).split("\n", -1)));
    if (lines.size() > 1 && lines.getLast().isEmpty()) {
      lines.removeLast();
    }
    found.add(new YamlPart.Word(kind, lines, line, from - lineStart, spaced, comments));
    pass(to);
  }

  /** A block scalar's end mark may be in the indentation of the line after it. */
  private int endOfBlock(Mark end) {
    return end.getIndex() == text.length ? text.length : end.getIndex() - end.getColumn();
  }

  /** The scanner reads only as much of a directive as it knows. */
  private int endOfDirective(int from) {
    int end = from;
    while (end < text.length && text[end] != '\n' && !isComment(end)) {
      end++;
    }
    while (text[end - 1] == ' ' || text[end - 1] == '\t') {
      end--;
    }
    return end;
  }

  private boolean isComment(int at) {
    return text[at] == '#' && (text[at - 1] == ' ' || text[at - 1] == '\t');
  }

  /** The comments from where the last word ended up to here. */
  private List<Comment> comments(int to) {
    List<Comment> comments = new ArrayList<>();
    int blanksFrom = reached;
    while (reached < to) {
      int next = text[reached];
      if (next == '#') {
        int end = reached;
        while (end < to && text[end] != '\n') {
          end++;
        }
        comments.add(
            new Comment(
                line, reached - lineStart, slice(blanksFrom, reached), slice(reached, end)));
        reached = end;
      } else if (next == '\n') {
        pass(reached + 1);
        blanksFrom = reached;
      } else if (next == ' ' || next == '\t') {
        reached++;
      } else {
        throw new FormatException(line, "'" + Character.toString(next) + "' belongs to no word");
      }
    }
    return comments;
  }

  private void pass(int to) {
    for (; reached < to; reached++) {
      if (text[reached] == '\n') {
        line++;
        lineStart = reached + 1;
      }
    }
  }

  private String slice(int from, int to) {
    return new String(text, from, to - from);
  }
}
