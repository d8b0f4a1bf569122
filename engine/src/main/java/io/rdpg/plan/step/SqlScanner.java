package io.rdpg.plan.step;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Goes through a script once and cuts it into statements (PostgreSQL's manual, "Lexical
 * Structure"). What isn't ended lasts to the script's end.
 */
final class SqlScanner {
  private static final Pattern DOLLAR_QUOTE = Pattern.compile("\\$(?:[\\p{L}_][\\p{L}\\w]*)?\\$");

  private final String script;
  private final List<SqlStatement> statements = new ArrayList<>();
  private final StringBuilder bare = new StringBuilder();
  private int start;
  private int at;
  private int parentheses;

  /** How many of {@code BEGIN ATOMIC}, and of CASE within, have no END yet. */
  private int blocks;

  private String word = "";
  private int endOfWord;

  SqlScanner(String script) {
    this.script = script;
  }

  List<SqlStatement> statements() {
    while (at < script.length()) {
      char c = script.charAt(at);
      if (c == ';' && parentheses == 0 && blocks == 0) {
        end();
      } else if (script.startsWith("--", at)) {
        pass(after("\n", at), " ");
      } else if (script.startsWith("/*", at)) {
        pass(endOfComment(), " ");
      } else if (c == '\'') {
        pass(endOfLiteral(endOfWord == at && word.equals("E")), "''");
      } else if (c == '"') {
        keep(after("\"", at + 1));
      } else if (c == '$') {
        dollar();
      } else if (Character.isLetter(c) || c == '_') {
        word();
      } else {
        parentheses = Math.max(0, parentheses + depth(c));
        keep(at + 1);
      }
    }
    end();
    return statements;
  }

  private static int depth(char c) {
    return switch (c) {
      case '(' -> 1;
      case ')' -> -1;
      default -> 0;
    };
  }

  private void end() {
    if (!bare.toString().isBlank()) {
      statements.add(
          new SqlStatement(script.substring(start, at).strip(), bare.toString().strip()));
    }
    at = Math.min(at + 1, script.length());
    start = at;
    bare.setLength(0);
    word = "";
  }

  private void pass(int end, String instead) {
    bare.append(instead);
    at = end;
  }

  private void keep(int end) {
    bare.append(script, at, end);
    at = end;
  }

  private void word() {
    int end = at;
    while (end < script.length() && isOfWord(script.charAt(end))) {
      end++;
    }
    String next = script.substring(at, end).toUpperCase(Locale.ROOT);
    if ((blocks > 0 && next.equals("CASE")) || (word.equals("BEGIN") && next.equals("ATOMIC"))) {
      blocks++;
    } else if (blocks > 0 && next.equals("END")) {
      blocks--;
    }
    word = next;
    endOfWord = end;
    keep(end);
  }

  private static boolean isOfWord(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '$';
  }

  private void dollar() {
    Matcher quote = DOLLAR_QUOTE.matcher(script).region(at, script.length());
    if (quote.lookingAt()) {
      pass(after(quote.group(), quote.end()), "''");
    } else {
      keep(at + 1);
    }
  }

  /** Comments contain comments. */
  private int endOfComment() {
    int depth = 0;
    int i = at;
    do {
      if (script.startsWith("/*", i)) {
        depth++;
        i += 2;
      } else if (script.startsWith("*/", i)) {
        depth--;
        i += 2;
      } else {
        i++;
      }
    } while (depth > 0 && i < script.length());
    return Math.min(i, script.length());
  }

  /**
   * @param escapes whether a backslash makes a character of the next one, as in {@code E'…'}
   */
  private int endOfLiteral(boolean escapes) {
    int i = at + 1;
    while (i < script.length()) {
      if ((escapes && script.charAt(i) == '\\') || script.startsWith("''", i)) {
        i += 2;
      } else if (script.charAt(i) == '\'') {
        return i + 1;
      } else {
        i++;
      }
    }
    return script.length();
  }

  /** Where what comes after something begins. */
  private int after(String end, int from) {
    int found = script.indexOf(end, from);
    return found < 0 ? script.length() : found + end.length();
  }
}
