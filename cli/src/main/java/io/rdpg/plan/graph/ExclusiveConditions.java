package io.rdpg.plan.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Decides by their text whether two conditions can never hold at the same time. */
final class ExclusiveConditions {
  private static final Pattern LITERAL = Pattern.compile("\"[^\"]*\"|'[^']*'|\\d+|true|false");

  private ExclusiveConditions() {}

  /** True only when it is sure. */
  static boolean exclude(String one, String other) {
    for (String left : conjuncts(one)) {
      for (String right : conjuncts(other)) {
        if (contradict(left, right)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean contradict(String left, String right) {
    return isNegation(left, right) || isNegation(right, left) || differ(left, right);
  }

  private static boolean isNegation(String plain, String negated) {
    if (negated.startsWith("not ") && bare(negated.substring(4)).equals(plain)) {
      return true;
    }
    for (String[] pair :
        new String[][] {{"==", "!="}, {"<", ">="}, {">", "<="}, {"is", "is not"}}) {
      Optional<Sides> one = sides(plain, pair[0]);
      Optional<Sides> two = sides(negated, pair[1]);
      if (one.isPresent() && one.equals(two)) {
        return true;
      }
    }
    return false;
  }

  private static boolean differ(String left, String right) {
    Optional<Sides> one = sides(left, "==");
    Optional<Sides> two = sides(right, "==");
    return one.isPresent()
        && two.isPresent()
        && one.get().left().equals(two.get().left())
        && LITERAL.matcher(one.get().right()).matches()
        && LITERAL.matcher(two.get().right()).matches()
        && !unquoted(one.get().right()).equals(unquoted(two.get().right()));
  }

  private static String unquoted(String literal) {
    return literal.replaceAll("^['\"]|['\"]$", "");
  }

  private record Sides(String left, String right) {}

  /** The two sides of an operator that occurs once, outside of brackets and quotes. */
  private static Optional<Sides> sides(String condition, String operator) {
    if (!cut(condition, " or ").equals(List.of(condition))) {
      return Optional.empty();
    }
    List<String> sides = cut(condition, " " + operator + " ");
    return sides.size() == 2
        ? Optional.of(new Sides(bare(sides.get(0)), bare(sides.get(1))))
        : Optional.empty();
  }

  private static List<String> conjuncts(String condition) {
    String whole = bare(condition);
    if (cut(whole, " or ").size() > 1 || cut(whole, " ? ").size() > 1) {
      return List.of(whole);
    }
    return cut(whole, " and ").stream().map(ExclusiveConditions::bare).toList();
  }

  /** Without the brackets that are around all of it. */
  private static String bare(String condition) {
    String bare = condition.strip();
    while (bare.startsWith("(") && closes(bare) == bare.length() - 1) {
      bare = bare.substring(1, bare.length() - 1).strip();
    }
    return bare;
  }

  private static int closes(String text) {
    Depth depth = new Depth();
    for (int i = 0; i < text.length(); i++) {
      depth.step(text.charAt(i));
      if (depth.isOutside()) {
        return i;
      }
    }
    return -1;
  }

  private static List<String> cut(String text, String separator) {
    List<String> pieces = new ArrayList<>();
    Depth depth = new Depth();
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      if (depth.isOutside() && i >= start && text.startsWith(separator, i)) {
        pieces.add(text.substring(start, i));
        start = i + separator.length();
      }
      depth.step(text.charAt(i));
    }
    pieces.add(text.substring(start));
    return pieces;
  }

  /** Where a reader is that goes from character to character. */
  private static final class Depth {
    private int brackets;
    private char quote;

    boolean isOutside() {
      return brackets == 0 && quote == 0;
    }

    void step(char c) {
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == '(' || c == '[' || c == '{') {
        brackets++;
      } else if (c == ')' || c == ']' || c == '}') {
        brackets--;
      }
    }
  }
}
