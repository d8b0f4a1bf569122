package io.rdpg.plan.target.ssh.config;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Splits text into words, as OpenSSH splits a line and as Ansible splits options for ssh. */
final class Words {
  /** What ends a word. */
  private static final String BLANKS = " \t\f\r\n";

  private final String text;
  private final List<String> words = new ArrayList<>();
  private @Nullable StringBuilder word;
  private int at;

  private Words(String text) {
    this.text = text;
  }

  /**
   * The words of a line's value, up to a comment. Single and double quotes; a backslash escapes
   * quotes and itself, and a blank outside quotes ({@code argv_split} in OpenSSH's misc.c).
   *
   * @throws IllegalArgumentException when a quote isn't closed
   */
  static List<String> ofConfig(String text) {
    return new Words(text).config();
  }

  /**
   * The words of a command line, as a POSIX shell splits it without expanding anything ({@code
   * shlex.split} of Python).
   *
   * @throws IllegalArgumentException when a quote isn't closed
   */
  static List<String> ofShell(String text) {
    return new Words(text).shell();
  }

  private List<String> config() {
    char quote = 0;
    for (; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '\\' && at + 1 < text.length() && escapes(text.charAt(at + 1), quote)) {
        append(text.charAt(++at));
      } else if (quote == 0 && word == null && c == '#') {
        return words;
      } else if (quote == 0 && BLANKS.indexOf(c) >= 0) {
        end();
      } else if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
        begin();
      } else if (quote != 0 && c == quote) {
        quote = 0;
      } else {
        append(c);
      }
    }
    return ended(quote);
  }

  private static boolean escapes(char next, char quote) {
    return next == '\'' || next == '"' || next == '\\' || (quote == 0 && next == ' ');
  }

  private List<String> shell() {
    char quote = 0;
    for (; at < text.length(); at++) {
      char c = text.charAt(at);
      if (quote == '\'') {
        quote = c == '\'' ? 0 : literally(c, quote);
      } else if (c == '\\') {
        backslash(quote);
      } else if (quote == '"') {
        quote = c == '"' ? 0 : literally(c, quote);
      } else if (c == '"' || c == '\'') {
        quote = c;
        begin();
      } else if (BLANKS.indexOf(c) >= 0) {
        end();
      } else {
        append(c);
      }
    }
    return ended(quote);
  }

  private char literally(char c, char quote) {
    append(c);
    return quote;
  }

  /** In double quotes it only escapes itself and the quote. */
  private void backslash(char quote) {
    if (at + 1 == text.length()) {
      throw new IllegalArgumentException("it ends with a backslash");
    }
    char next = text.charAt(++at);
    if (quote == '"' && next != '"' && next != '\\') {
      append('\\');
    }
    append(next);
  }

  private List<String> ended(char quote) {
    if (quote != 0) {
      throw new IllegalArgumentException("a quote isn't closed");
    }
    end();
    return words;
  }

  private StringBuilder begin() {
    if (word == null) {
      word = new StringBuilder();
    }
    return word;
  }

  private void append(char c) {
    begin().append(c);
  }

  private void end() {
    if (word != null) {
      words.add(word.toString());
      word = null;
    }
  }
}
