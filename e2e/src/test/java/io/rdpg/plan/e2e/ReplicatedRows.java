package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.TestDeadlines;
import java.util.List;

/** The rows of all tables that replicate, compared between nodes. */
final class ReplicatedRows {
  private ReplicatedRows() {}

  /** Waits until these nodes have the same rows, each as often. */
  static void areTheSame(LabUnderTest lab, List<String> nodes) {
    areTheSame(
        lab,
        nodes,
        "SELECT format('%I.%I', schemaname, tablename) FROM pg_publication_tables"
            + " WHERE pubname = 'rdpg' AND schemaname <> 'rdpg_replication' ORDER BY 1");
  }

  /** The same where the driver is pglogical. */
  static void areTheSameByPglogical(LabUnderTest lab, List<String> nodes) {
    areTheSame(lab, nodes, "SELECT relation FROM rdpg_replication.tables WHERE sent ORDER BY 1");
  }

  /** The same where the driver is pgactive. */
  static void areTheSameByPgactive(LabUnderTest lab, List<String> nodes) {
    areTheSame(lab, nodes, "SELECT relation FROM rdpg_replication.tables ORDER BY 1");
  }

  /**
   * Deletes what the watches of a dead node wrote there, which one survivor may have and another
   * lack, once {@code at} has all of it that it will ever have: nobody sends on what is another's.
   */
  static void forgetWhatItWasTold(LabUnderTest lab, String dead, String at) {
    String subscription = "from_rdpg_" + lab.address(dead).replace('.', '_');
    Eventually.holds(
        at + " hears no more of " + dead,
        () ->
            lab.sql(
                    at,
                    "rdpg",
                    "SELECT FROM pg_stat_subscription WHERE subname = '%s'".formatted(subscription)
                        + " AND pid IS NOT NULL AND received_lsn IS NOT NULL")
                .isEmpty());
    lab.sql(
        at,
        "rdpg",
        "DELETE FROM rdpg.consul_watch_notifications WHERE host = '%s'"
            .formatted(lab.address(dead)));
  }

  private static void areTheSame(LabUnderTest lab, List<String> nodes, String tables) {
    try {
      Eventually.holds(
          "all rows are the same on " + nodes,
          TestDeadlines.LONG,
          () -> nodes.stream().map(node -> checksums(lab, node, tables)).distinct().count() == 1);
    } catch (AssertionError e) {
      assertThat(nodes.stream().skip(1).map(node -> checksums(lab, node, tables)))
          .as("%s: on %s", e.getMessage(), nodes)
          .containsOnly(checksums(lab, nodes.getFirst(), tables));
      throw e;
    }
  }

  /**
   * An md5 over all ordered rows of every table that replicates, but the driver's own: a marker is
   * only for the node that reads it, and may be older than the others' slots.
   */
  private static List<String> checksums(LabUnderTest lab, String node, String tables) {
    return lab.sql(node, "rdpg", tables).stream()
        .map(table ->
            table
                + lab.sql(
                    node,
                    "rdpg",
                    "SELECT count(*), md5(string_agg(t::text, ';' ORDER BY t::text)) FROM "
                        + table
                        + " t"))
        .toList();
  }
}
