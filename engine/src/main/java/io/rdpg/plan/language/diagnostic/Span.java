package io.rdpg.plan.language.diagnostic;

/**
 * A place in a file that a person wrote.
 *
 * @param file the file as the user named it
 * @param line the line, from 1
 * @param column the column, from 1, in characters: one of two UTF-16 units counts once
 * @param text the whole line, without its line end; empty when it is not known
 */
public record Span(String file, int line, int column, String text) {

  /** The start of a file, for errors that concern all of it. */
  public static Span of(String file) {
    return new Span(file, 1, 1, "");
  }

  /** {@code file:line:column}. */
  public String place() {
    return file + ":" + line + ":" + column;
  }
}
