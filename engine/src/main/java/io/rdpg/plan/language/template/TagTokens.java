package io.rdpg.plan.language.template;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The words between a template's tags, each with its place in the text: the library's own tokens
 * know only their lines. Continues after what the library refuses. As to the library, {@code
 * verbatim} and what it encloses is text.
 */
final class TagTokens {
  /** What a word is. */
  enum Kind {
    BEGIN,
    NAME,
    STRING,
    OTHER,
    END
  }

  /**
   * A word.
   *
   * @param offset where it begins in the template
   * @param line its line in the template, from 1
   */
  record Word(Kind kind, String text, int offset, int line) {}

  private static final Pattern VERBATIM = Pattern.compile("\\{%-?\\s*verbatim\\s*-?%\\}");
  private static final Pattern END_VERBATIM = Pattern.compile("\\{%-?\\s*endverbatim\\s*-?%\\}");

  private final String template;
  private final List<Word> words = new ArrayList<>();
  private final List<Integer> blockEnds = new ArrayList<>();
  private int position;
  private int line = 1;

  private TagTokens(String template) {
    this.template = template;
  }

  /** All words of all tags, in their order. */
  static List<Word> words(String template) {
    return read(template).words;
  }

  /** Where the template goes on after each block tag and comment, in their order. */
  static List<Integer> blockEnds(String template) {
    return read(template).blockEnds;
  }

  private static TagTokens read(String template) {
    TagTokens tags = new TagTokens(template);
    while (tags.position < template.length()) {
      tags.text();
    }
    return tags;
  }

  /** The bracket or tag that is never closed; empty when all are. */
  static Optional<Word> unclosed(List<Word> words) {
    Deque<Word> open = new ArrayDeque<>();
    for (Word word : words) {
      if (word.kind() == Kind.END) {
        if (!open.isEmpty() && open.peek().kind() != Kind.BEGIN) {
          return Optional.of(open.peek());
        }
        open.clear();
      } else if (word.kind() == Kind.BEGIN || "([{".contains(word.text())) {
        open.push(word);
      } else if (")]}".contains(word.text())
          && !open.isEmpty()
          && open.peek().kind() != Kind.BEGIN) {
        open.pop();
      }
    }
    return Optional.ofNullable(open.peek());
  }

  /** Outside of tags: goes to the next one, over comments. */
  private void text() {
    if (template.startsWith("{#", position)) {
      int end = template.indexOf("#}", position + 2);
      blockTo(end < 0 ? template.length() : end + 2);
    } else if (template.startsWith("{{", position)) {
      add(Kind.BEGIN, 2);
      inside("}}");
    } else if (template.startsWith("{%", position)) {
      Matcher verbatim = VERBATIM.matcher(template).region(position, template.length());
      if (verbatim.lookingAt()) {
        verbatim(verbatim.end());
      } else {
        add(Kind.BEGIN, 2);
        inside("%}");
      }
    } else {
      to(position + 1);
    }
  }

  /** Goes over a tag {@code verbatim}, and over what it encloses. */
  private void verbatim(int begin) {
    blockTo(begin);
    Matcher end = END_VERBATIM.matcher(template);
    if (end.find(begin)) {
      blockTo(end.end());
    } else {
      to(template.length());
    }
  }

  private void blockTo(int end) {
    to(end);
    blockEnds.add(end);
  }

  private void inside(String end) {
    int braces = 0;
    while (position < template.length()) {
      char c = template.charAt(position);
      if (braces == 0 && template.startsWith(end, position)) {
        add(Kind.END, 2);
        if (end.equals("%}")) {
          blockEnds.add(position);
        }
        return;
      }
      if (c == '"' || c == '\'') {
        string(c);
      } else if (Character.isLetter(c) || c == '_') {
        int last = position + 1;
        while (last < template.length()
            && (Character.isLetterOrDigit(template.charAt(last)) || template.charAt(last) == '_')) {
          last++;
        }
        add(Kind.NAME, last - position);
      } else if (Character.isDigit(c)) {
        int last = position + 1;
        while (last < template.length()
            && (Character.isDigit(template.charAt(last)) || template.charAt(last) == '.')) {
          last++;
        }
        add(Kind.OTHER, last - position);
      } else if (Character.isWhitespace(c)) {
        to(position + 1);
      } else {
        braces += c == '{' ? 1 : c == '}' && braces > 0 ? -1 : 0;
        add(Kind.OTHER, Character.charCount(template.codePointAt(position)));
      }
    }
  }

  private void string(char quote) {
    int last = position + 1;
    while (last < template.length() && template.charAt(last) != quote) {
      last += template.charAt(last) == '\\' ? 2 : 1;
    }
    if (last >= template.length()) { // not closed: the quote alone, so that the rest is still read
      add(Kind.OTHER, 1);
    } else {
      add(Kind.STRING, last + 1 - position);
    }
  }

  private void add(Kind kind, int length) {
    words.add(new Word(kind, template.substring(position, position + length), position, line));
    to(position + length);
  }

  private void to(int next) {
    int end = Math.min(next, template.length());
    for (; position < end; position++) {
      if (template.charAt(position) == '\n') {
        line++;
      }
    }
  }
}
