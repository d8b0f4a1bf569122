package io.rdpg.plan.language.yaml;

import io.rdpg.plan.language.diagnostic.SourceFile;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.parser.Parser;

/** A parser that stops when there is more in a file than any plan has, before it is in memory. */
final class BoundedParser implements Parser {
  /** A value takes one event, or two when it is a list or a map. */
  private static final int MOST = 2 * SourceFile.MOST_VALUES;

  /** The file holds too much. */
  static final class TooMany extends RuntimeException {}

  private final Parser parser;
  private int events;

  BoundedParser(Parser parser) {
    this.parser = parser;
  }

  @Override
  public boolean checkEvent(Event.ID choice) {
    return parser.checkEvent(choice);
  }

  @Override
  public Event peekEvent() {
    return parser.peekEvent();
  }

  @Override
  public Event getEvent() {
    if (++events > MOST) {
      throw new TooMany();
    }
    return parser.getEvent();
  }
}
