package io.rdpg.plan.status;

import java.util.List;
import java.util.stream.Stream;

/**
 * Replication from one node to another.
 *
 * @param from the node whose rows they are
 * @param to the node where they arrive
 * @param slot the row of {@code sends} at the first; empty when it didn't answer
 * @param subscription the row of {@code reads} at the second; empty when it didn't answer
 */
public record PairReport(String from, String to, Row slot, Row subscription) {
  /** Why it isn't well, the reader's word first; empty when it is, as far as is known. */
  public List<String> troubles() {
    return Stream.of(subscription, slot).flatMap(row -> row.trouble().stream()).distinct().toList();
  }
}
