package io.rdpg.plan.status;

import java.util.List;

/**
 * One cluster.
 *
 * @param id empty for the nodes that are in none
 * @param role empty likewise
 * @param writers the registrations of who takes the writes: one, when all is well
 * @param locks the keys that sessions hold
 * @param pairs every ordered pair of its nodes that were asked
 * @param consul whether any node's Consul agent answered
 * @param problems what isn't well
 */
public record ClusterReport(
    String id,
    String role,
    List<NodeReport> nodes,
    List<Registration> writers,
    List<Row> locks,
    List<PairReport> pairs,
    boolean consul,
    List<Problem> problems) {

  public boolean well() {
    return problems.isEmpty();
  }
}
