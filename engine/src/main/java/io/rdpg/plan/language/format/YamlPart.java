package io.rdpg.plan.language.format;

import java.util.List;

/**
 * What a YAML text is made of, in its order: words with the comments before them, and structure.
 */
sealed interface YamlPart {

  /**
   * A list or map in block style begins; its first word comes next.
   *
   * @param column its column, from 0
   */
  record BlockStart(boolean list, int column) implements YamlPart {}

  /** The innermost list or map in block style ends. */
  record BlockEnd() implements YamlPart {}

  /** The next word, or what it opens, is a key with its colon on the same line. */
  record SimpleKey() implements YamlPart {}

  /**
   * The text ends.
   *
   * @param line how many line ends there are before it
   * @param comments those after the last word
   */
  record End(int line, List<Comment> comments) implements YamlPart {}

  /** Which kind of word. */
  enum Kind {
    DIRECTIVE,
    DOCUMENT_MARK,
    DASH,
    QUESTION_MARK,
    COLON,
    COMMA,
    OPENING,
    CLOSING,
    ANCHOR,
    TAG,
    ALIAS,
    PLAIN,
    QUOTED,
    BLOCK
  }

  /**
   * A word as it is written.
   *
   * @param lines its source text; the first of them from where it begins, the others whole
   * @param line the line on which it begins, from 0
   * @param column where it begins, from 0
   * @param spaced whether there is something between it and the word before
   * @param comments those between the word before and this one
   */
  record Word(
      Kind kind, List<String> lines, int line, int column, boolean spaced, List<Comment> comments)
      implements YamlPart {

    /** The line on which it ends, from 0. */
    int lastLine() {
      return line + lines.size() - 1;
    }

    String first() {
      return lines.getFirst();
    }
  }
}
