package io.rdpg.plan.language.template;

import io.pebbletemplates.pebble.error.AttributeNotFoundException;
import java.util.List;

/** A key that a map doesn't have, with those that it has. */
final class UnknownAttribute extends AttributeNotFoundException {
  private final transient List<String> known;

  UnknownAttribute(String attribute, List<String> known, int line, String template) {
    super(null, "no such key", attribute, line, template);
    this.known = known;
  }

  List<String> known() {
    return known;
  }
}
