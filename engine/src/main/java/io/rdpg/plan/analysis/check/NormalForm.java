package io.rdpg.plan.analysis.check;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Normalises conditions, so that one is recognised as another's opposite. */
final class NormalForm {
  private static final Pattern BLANKS = Pattern.compile("\\s+");
  private static final Pattern COMPARED =
      Pattern.compile("([^=!<>'\"?]+?)\\s*(==|!=|\\bis not\\b|\\bis\\b)\\s*([^=!<>?]+)");
  private static final Pattern JOINED = Pattern.compile("\\b(and|or)\\b|\\?");

  private NormalForm() {}

  /** {@code not x} and {@code a != b} as the opposites of {@code x} and {@code a == b}. */
  static ExecutionPath.Condition plain(String written) {
    String text = bare(BLANKS.matcher(written.strip()).replaceAll(" "));
    if (JOINED.matcher(outside(text)).find()) {
      return new ExecutionPath.Condition(text, true);
    }
    if (text.startsWith("not ") || text.startsWith("not(")) {
      return plain(text.substring(3)).opposite();
    }
    Matcher compared = COMPARED.matcher(text);
    if (compared.matches()) {
      boolean equal = compared.group(2).equals("==") || compared.group(2).equals("is");
      String operator = compared.group(2).startsWith("is") ? " is " : " == ";
      return new ExecutionPath.Condition(compared.group(1) + operator + compared.group(3), equal);
    }
    return new ExecutionPath.Condition(text, true);
  }

  /** Without parentheses around all of it. */
  private static String bare(String text) {
    if (!text.startsWith("(") || !text.endsWith(")")) {
      return text;
    }
    int depth = 0;
    for (int i = 0; i < text.length() - 1; i++) {
      depth += text.charAt(i) == '(' ? 1 : text.charAt(i) == ')' ? -1 : 0;
      if (depth == 0) {
        return text;
      }
    }
    return bare(text.substring(1, text.length() - 1).strip());
  }

  /** The text outside of all parentheses. */
  private static String outside(String text) {
    StringBuilder outside = new StringBuilder();
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (depth == 0) {
        outside.append(c);
      }
    }
    return outside.toString();
  }
}
