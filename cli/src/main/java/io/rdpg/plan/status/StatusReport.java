package io.rdpg.plan.status;

import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.language.model.Inventory;
import io.rdpg.plan.language.model.Node;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How all nodes are.
 *
 * @param inventory its name
 * @param at when it was asked
 * @param exit 0 when all is well, 10 when something isn't; when no node answered, the errors' own
 */
public record StatusReport(
    String inventory, Instant at, List<ClusterReport> clusters, ExitCode exit) {

  /**
   * Puts answers together.
   *
   * @param answers in inventory order
   */
  public static StatusReport of(Inventory inventory, List<NodeAnswers> answers, Instant at) {
    Map<String, List<NodeAnswers>> byCluster = new LinkedHashMap<>();
    for (NodeAnswers one : answers) {
      Node.Membership cluster = one.node().cluster();
      byCluster
          .computeIfAbsent(cluster == null ? "" : cluster.id(), _ -> new ArrayList<>())
          .add(one);
    }
    List<ClusterReport> clusters =
        byCluster.values().stream()
            .map(members -> new ClusterAnswers(inventory, members).report())
            .toList();
    return new StatusReport(inventory.name(), at, clusters, exit(answers, clusters));
  }

  private static ExitCode exit(List<NodeAnswers> answers, List<ClusterReport> clusters) {
    if (answers.stream().noneMatch(NodeAnswers::answered)) {
      return ExitCode.worst(
          answers.stream()
              .flatMap(
                  one -> Stream.concat(one.outOfReach().values().stream(), one.errors().stream()))
              .map(error -> error.code().exit())
              .map(code -> code == ExitCode.STEP_FAILED ? ExitCode.NODE_UNUSABLE : code)
              .toList());
    }
    return clusters.stream().allMatch(ClusterReport::well) ? ExitCode.DONE : ExitCode.CHANGES_FOUND;
  }

  public List<Problem> problems() {
    return clusters.stream().flatMap(cluster -> cluster.problems().stream()).toList();
  }
}
