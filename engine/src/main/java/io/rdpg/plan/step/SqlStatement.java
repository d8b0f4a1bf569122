package io.rdpg.plan.step;

import java.util.List;

/**
 * A statement of a script.
 *
 * @param text as it is written
 * @param bare without comments, and without what is in quotes unless that is a name
 */
public record SqlStatement(String text, String bare) {
  /**
   * The statements of a script, cut as psql cuts it: at semicolons outside of quotes, comments,
   * parentheses and {@code BEGIN ATOMIC} bodies. Comments alone are no statement.
   */
  public static List<SqlStatement> in(String script) {
    return new SqlScanner(script).statements();
  }
}
