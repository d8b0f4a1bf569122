package io.rdpg.plan.cli;

import java.io.PrintStream;

/**
 * Shows the progress of long work. On a terminal a count replaces the count before it. Used by one
 * thread at a time.
 */
final class Progress implements AutoCloseable {
  private static final String OVER = "\r\u001b[K";

  private final PrintStream to;
  private final boolean live;
  private boolean counting;

  Progress(Streams streams) {
    this.live = streams.live();
    this.to = live ? streams.out() : streams.err();
  }

  /**
   * One sentence.
   *
   * @param sentence a count when it begins with a digit, such as {@code 3 of 19 up: mc1 consul}
   */
  void report(String sentence) {
    boolean count = live && Character.isDigit(sentence.charAt(0));
    if (count) {
      to.print(OVER + sentence);
    } else {
      end();
      to.println(sentence);
    }
    counting = count;
    to.flush();
  }

  /** Leaves the last count behind on a line of its own. */
  @Override
  public void close() {
    end();
    to.flush();
  }

  private void end() {
    if (counting) {
      to.println();
      counting = false;
    }
  }
}
