package io.rdpg.plan.language.template;

import io.pebbletemplates.pebble.error.PebbleException;
import io.pebbletemplates.pebble.lexer.Token;
import io.pebbletemplates.pebble.lexer.TokenStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the position of a parse error in a template, of which the library reports only the line.
 */
final class ParseErrorLocation extends RuntimeException {
  private static final Pattern CHARACTER =
      Pattern.compile("Unexpected character \\[(.*)]", Pattern.DOTALL);

  private final transient PebbleException pebble;
  private final int offset;
  private final String word;

  /**
   * @param text what was parsed
   * @param stream what the parser read from; null when the text couldn't be cut into tokens
   */
  ParseErrorLocation(PebbleException pebble, String text, @Nullable TokenStream stream) {
    super(pebble.getMessage(), pebble);
    this.pebble = pebble;
    List<TagTokens.Word> words = TagTokens.words(text);
    int line = pebble.getLineNumber() == null ? 1 : pebble.getLineNumber();
    Optional<TagTokens.Word> at =
        at(String.valueOf(pebble.getPebbleMessage()), words, line, text, stream);
    this.offset = at.map(TagTokens.Word::offset).orElse(-1);
    this.word = at.map(found -> around(found, words, text)).orElse("");
  }

  PebbleException exception() {
    return pebble;
  }

  /** Where in the text; -1 when only the line is known. */
  int offset() {
    return offset;
  }

  /** The text at that position; empty when it isn't known. */
  String word() {
    return word;
  }

  private static Optional<TagTokens.Word> at(
      String said,
      List<TagTokens.Word> words,
      int line,
      String text,
      @Nullable TokenStream stream) {
    if (said.startsWith("Unexpected end of template")) {
      return openBlock(words);
    }
    Matcher tag = ParserMessages.TAG_NAME.matcher(said);
    if (tag.matches()) {
      return first(words, line, tag.group(1));
    }
    Matcher character = CHARACTER.matcher(said);
    if (character.matches() && !isEnd(character.group(1), text)) {
      return first(words, line, character.group(1));
    }
    Optional<TagTokens.Word> unclosed = TagTokens.unclosed(words);
    boolean ended =
        said.contains("type EOF")
            || character.matches()
            || ParserMessages.UNCLOSED.matcher(said).matches();
    if (stream == null || (unclosed.isPresent() && (ended || isAtEnd(stream)))) {
      return unclosed;
    }
    return aligned(words, text, stream);
  }

  private static boolean isAtEnd(TokenStream stream) {
    return stream.current().getType() == Token.Type.EOF;
  }

  /** At the end of the text the library names a character that isn't there. */
  private static boolean isEnd(String found, String text) {
    return found.isBlank() || !text.contains(found);
  }

  private static Optional<TagTokens.Word> first(
      List<TagTokens.Word> words, int line, String wanted) {
    return words.stream()
        .filter(word -> word.line() >= line && word.text().equals(wanted))
        .findFirst()
        .or(() ->
            words.stream()
                .filter(word -> word.line() >= line && word.text().startsWith(wanted))
                .findFirst());
  }

  /** The word at the parser's position: its tokens and ours come in the same order. */
  @SuppressWarnings("ReferenceEquality") // tokens are alike, and one of them is meant
  private static Optional<TagTokens.Word> aligned(
      List<TagTokens.Word> words, String text, TokenStream stream) {
    Token last = stream.current();
    int from = 0;
    Optional<TagTokens.Word> at = Optional.empty();
    for (Token token : stream.getTokens()) {
      int next = from;
      while (next < words.size() && !is(token, words.get(next), text)) {
        next++;
      }
      if (next < words.size()) {
        at = Optional.of(words.get(next));
        int end = words.get(next).offset() + Math.max(1, length(token));
        from = next + 1;
        while (from < words.size() && words.get(from).offset() < end) {
          from++;
        }
      }
      if (token == last) {
        return at;
      }
    }
    return at;
  }

  private static boolean is(Token token, TagTokens.Word word, String text) {
    return switch (token.getType()) {
      case TEXT, EOF, STRING_INTERPOLATION_START, STRING_INTERPOLATION_END -> false;
      case PRINT_START, EXECUTE_START -> word.kind() == TagTokens.Kind.BEGIN;
      case PRINT_END, EXECUTE_END -> word.kind() == TagTokens.Kind.END;
      case STRING -> word.kind() == TagTokens.Kind.STRING;
      case NAME, NUMBER, LONG, OPERATOR, PUNCTUATION ->
          token.getValue() != null && text.startsWith(token.getValue(), word.offset());
    };
  }

  private static int length(Token token) {
    return token.getValue() == null ? 0 : token.getValue().length();
  }

  /** The tag of the block that is never ended. */
  private static Optional<TagTokens.Word> openBlock(List<TagTokens.Word> words) {
    Deque<TagTokens.Word> open = new ArrayDeque<>();
    for (int i = 0; i + 1 < words.size(); i++) {
      if (words.get(i).text().equals("{%")) {
        String name =
            words.get(i + 1).text().equals("-") && i + 2 < words.size()
                ? words.get(i + 2).text()
                : words.get(i + 1).text();
        if (name.startsWith("end")) {
          open.poll();
        } else if (List.of("if", "for", "macro", "block", "filter", "embed").contains(name)) {
          open.push(words.get(i));
        }
      }
    }
    return Optional.ofNullable(open.peek());
  }

  /** The word with those around it, for operators of other languages. */
  private static String around(TagTokens.Word word, List<TagTokens.Word> words, String text) {
    for (String operator : List.of("===", "&&", "||", "<>", "=~", "not in")) {
      int before = Math.max(0, word.offset() - operator.length() + 1);
      int found = text.indexOf(operator, before);
      if (found >= 0 && found <= word.offset()) {
        return operator;
      }
    }
    int index = words.indexOf(word);
    return word.text().equals("not")
            && index + 1 < words.size()
            && words.get(index + 1).text().equals("in")
        ? "not in"
        : word.text();
  }
}
