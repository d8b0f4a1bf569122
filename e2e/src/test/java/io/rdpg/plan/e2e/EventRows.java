package io.rdpg.plan.e2e;

import io.rdpg.plan.testing.OwnThread;
import io.rdpg.plan.trial.TrialNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** Rows of {@code rdpg.events}, whose ids each node gives out by itself. */
final class EventRows {
  private EventRows() {}

  /** Inserts rows on all nodes at once. */
  static void insertEverywhere(LabUnderTest lab, int rows) {
    List<CompletableFuture<Void>> writers =
        lab.nodes().stream().map(node -> OwnThread.run(() -> insert(lab, node, rows))).toList();
    writers.forEach(CompletableFuture::join);
  }

  /** Inserts rows on one node, each in a transaction of its own, with key {@code all}. */
  static void insert(LabUnderTest lab, String node, int rows) {
    try (Connection connection = lab.connect(node, "rdpg")) {
      for (int row : IntStream.range(0, rows).toArray()) {
        TrialNode.rows(
            connection,
            "INSERT INTO rdpg.events (host, key, msg) VALUES ('%s', 'all', '%d')"
                .formatted(node, row));
      }
    } catch (SQLException e) {
      throw new AssertionError(node, e);
    }
  }
}
