package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.TestDeadlines;
import io.rdpg.plan.trial.TrialNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Inserts, changes and deletes rows on one node, past all proxies, and knows what was acknowledged.
 * One of its tables has no key: a row that comes twice stays twice.
 */
final class NodeWriter implements AutoCloseable {
  private final LabUnderTest lab;
  private final String node;
  private final AtomicBoolean ended = new AtomicBoolean();
  private final Map<Integer, String> acknowledged = new TreeMap<>();
  private final List<Throwable> errors = new ArrayList<>();
  private final Thread thread;
  private volatile int count;

  /** Makes the table without a key, and has it carried where nodes are subscribed to each other. */
  static void makeTable(LabUnderTest lab, List<String> nodes) {
    for (String node : nodes) {
      lab.sql(node, "rdpg", "CREATE TABLE public.without_key (word text)");
    }
    lab.carryNewTables(nodes);
  }

  NodeWriter(LabUnderTest lab, String node) {
    this.lab = lab;
    this.node = node;
    this.thread = Thread.ofPlatform().name("writer of " + node).unstarted(this::write);
  }

  /** Begins. */
  NodeWriter start() {
    thread.start();
    return this;
  }

  private void write() {
    try (Connection connection = lab.connect(node, "rdpg")) {
      while (!ended.get()) {
        int row = count + 1;
        TrialNode.rows(
            connection,
            "INSERT INTO rdpg.events (host, key, msg) VALUES ('%s', 'load', '%d');"
                    .formatted(node, row)
                + "INSERT INTO public.without_key VALUES ('%s %d')".formatted(node, row));
        acknowledged.put(row, "load");
        count = row;
        if (row % 100 == 0) { // longer than a source needs to stand still
          TrialNode.rows(
              connection,
              "INSERT INTO public.without_key SELECT '%s long' FROM pg_sleep(2)".formatted(node));
        }
        if (row % 5 == 0) {
          TrialNode.rows(connection, change("UPDATE rdpg.events SET key = 'changed'", row - 3));
          acknowledged.put(row - 3, "changed");
        }
        if (row % 7 == 0 && row > 5) {
          TrialNode.rows(connection, change("DELETE FROM rdpg.events", row - 5));
          acknowledged.remove(row - 5);
        }
      }
    } catch (SQLException e) {
      errors.add(e);
    }
  }

  private String change(String statement, int row) {
    return statement + " WHERE host = '%s' AND msg = '%d'".formatted(node, row);
  }

  int count() {
    return count;
  }

  /** Each of these nodes has what was acknowledged here, once; it may take a while to get there. */
  void assertNothingLostOrDoubled(List<String> nodes) {
    List<String> rows =
        acknowledged.entrySet().stream().map(row -> row.getKey() + "|" + row.getValue()).toList();
    for (String at : nodes) {
      Eventually.holds(
          at + " has exactly what was acknowledged on " + node,
          TestDeadlines.LONG,
          () ->
              lab.sql(
                      at,
                      "rdpg",
                      "SELECT msg, key FROM rdpg.events WHERE host = '%s'".formatted(node)
                          + " AND key IN ('load', 'changed') ORDER BY msg::int")
                  .equals(rows));
      assertEachOnce(at, Integer.toString(count));
    }
  }

  /**
   * How many of its rows a node has that no longer hears of the one written to: each once, and all
   * up to the last of them.
   */
  int rowsUpToTheLast(String at) {
    String last =
        lab.sql(
                at,
                "rdpg",
                "SELECT coalesce(max(substring(word FROM ' (\\d+)$')::int), 0) FROM public.without_key"
                    + " WHERE word ~ '^%s [0-9]'".formatted(node))
            .getFirst();
    assertEachOnce(at, last);
    return Integer.parseInt(last);
  }

  private void assertEachOnce(String at, String rows) {
    assertThat(
            lab.sql(
                at,
                "rdpg",
                "SELECT count(*), count(DISTINCT word) FROM public.without_key WHERE word ~ '^%s [0-9]'"
                    .formatted(node)))
        .as("on %s of %s", at, node)
        .containsExactly(rows + "|" + rows);
  }

  /** Waits until this many rows more are acknowledged. */
  void awaitMore(int rows) {
    int wanted = count + rows;
    Eventually.holds("more is written on " + node, TestDeadlines.LONG, () -> count >= wanted);
  }

  /** Waits until the node's end has ended it. */
  void awaitFailure() {
    awaitEnd();
    assertThat(errors).hasSize(1);
  }

  /** Ends it; no statement may have failed. */
  void end() {
    ended.set(true);
    awaitEnd();
    assertThat(errors).isEmpty();
  }

  private void awaitEnd() {
    Eventually.holds("the writer of " + node + " ends", () -> !thread.isAlive());
  }

  @Override
  public void close() {
    ended.set(true);
  }
}
