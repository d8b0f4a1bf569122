package io.rdpg.plan.language.format;

/** A text that can't be formatted without the danger of changing its meaning. */
final class FormatException extends RuntimeException {
  private final int line;

  /**
   * @param line from 0
   * @param why a phrase
   */
  FormatException(int line, String why) {
    super(why);
    this.line = line;
  }

  int line() {
    return line;
  }
}
