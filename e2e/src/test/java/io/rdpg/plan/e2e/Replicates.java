package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.testing.Eventually;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is written on any node of a cluster is read on every other, once. */
interface Replicates extends Bootstrapped {
  @Test
  default void every_node_reads_what_any_node_writes() {
    for (String cluster : CLUSTERS.keySet()) {
      List<String> ids = new ArrayList<>();
      List<String> nodes = lab().nodes(cluster);
      for (String node : nodes) {
        ids.addAll(
            lab()
                .sql(
                    node,
                    "rdpg",
                    """
                    INSERT INTO rdpg.events (host, key, msg)
                    SELECT '%s', 'e2e', i FROM generate_series(1, 3) AS i RETURNING id
                    """
                        .formatted(node)));
      }
      assertThat(new HashSet<>(ids)).as("ids in " + cluster).hasSize(3 * nodes.size());
      List<String> wanted =
          nodes.stream()
              .sorted()
              .flatMap(node -> List.of(node + "|1", node + "|2", node + "|3").stream())
              .toList();
      String written = "SELECT host, msg FROM rdpg.events WHERE key = 'e2e' ORDER BY host, msg";
      for (String reader : nodes) {
        Eventually.holds(
            reader + " has the rows of all",
            () -> lab().sql(reader, "rdpg", written).size() >= wanted.size());
        assertThat(lab().sql(reader, "rdpg", written)).as(reader).isEqualTo(wanted);
      }
      lab().sql(nodes.getFirst(), "rdpg", "DELETE FROM rdpg.events WHERE key = 'e2e'");
      for (String reader : nodes) {
        Eventually.holds(
            "they are gone on " + reader, () -> lab().sql(reader, "rdpg", written).isEmpty());
      }
    }
  }

  @Test
  default void every_node_reads_from_each_peer_through_a_slot_that_is_in_use() {
    for (String node : lab().nodes()) {
      assertInRdpg(
              node,
              "SELECT slot_name, slot_type, plugin, database, active, temporary"
                  + " FROM pg_replication_slots")
          .containsExactlyInAnyOrderElementsOf(
              peers(node).stream()
                  .map(peer -> "to_" + nodeId(peer) + "|logical|pgoutput|rdpg|t|f")
                  .toList());
      assertInRdpg(
              node,
              "SELECT subname, subenabled, suborigin, subslotname, subpublications"
                  + " FROM pg_subscription")
          .containsExactlyInAnyOrderElementsOf(
              peers(node).stream()
                  .map(peer -> "from_" + nodeId(peer) + "|t|none|to_" + nodeId(node) + "|{rdpg}")
                  .toList());
      assertInRdpg(
              node,
              "SELECT pubname, pubowner::regrole = 0, puballtables, pubinsert, pubupdate,"
                  + " pubdelete, pubtruncate FROM pg_publication")
          .containsExactly("rdpg|f|t|t|t|t|t");
      assertInRdpg(node, "SELECT peer, ready, why FROM rdpg_replication.readiness")
          .containsExactlyInAnyOrderElementsOf(
              peers(node).stream().map(peer -> lab().address(peer) + "|t|").toList());
      assertInRdpg(
              node,
              "SELECT sum(apply_error_count + sync_error_count)"
                  + " FROM pg_stat_subscription_stats")
          .as("errors of subscriptions on " + node)
          .containsExactly("0");
    }
  }
}
