package io.rdpg.plan.format;

/** A text that can't be laid out without the danger of changing what it says. */
final class NotFormattable extends RuntimeException {
  private final int line;

  /**
   * @param line from 0
   * @param why a phrase
   */
  NotFormattable(int line, String why) {
    super(why);
    this.line = line;
  }

  int line() {
    return line;
  }
}
