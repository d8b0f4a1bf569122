package io.rdpg.plan.cli;

import io.rdpg.plan.diag.Code;
import io.rdpg.plan.diag.Diagnostic;
import io.rdpg.plan.diag.Diagnostics;
import io.rdpg.plan.model.Node;
import io.rdpg.plan.model.Step;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How many nodes may be walked at once. Nodes of a cluster that wait for each other must all be on
 * their way: with fewer at once than the cluster has, the first would wait for nodes that haven't
 * begun.
 */
final class Concurrency {
  private Concurrency() {}

  /**
   * How many at once.
   *
   * @param asked what the command line says; null for all
   * @param diagnostics is told of a number that can't work
   */
  static int check(Sources.Target target, @Nullable Integer asked, Diagnostics diagnostics) {
    int all = Math.max(1, target.nodes().size());
    if (asked != null && asked < 1) {
      diagnostics.add(
          Diagnostic.of(Code.BAD_CONCURRENCY, "-f wants a number above zero, not " + asked));
      return all;
    }
    Integer serial = target.plan().serial();
    int atOnce = Math.min(asked == null ? all : asked, serial == null ? all : Math.max(1, serial));
    Optional<Step.Task> wait = waits(target.plan().steps()).findFirst();
    if (wait.isPresent()) {
      largestCluster(target.nodes())
          .filter(cluster -> cluster.getValue() > atOnce)
          .ifPresent(cluster ->
              diagnostics.add(
                  Diagnostic.at(
                          wait.get().head().at(),
                          Code.BAD_CONCURRENCY,
                          "'"
                              + wait.get().head().name()
                              + "' waits for other nodes, and with "
                              + atOnce
                              + " at once not all "
                              + cluster.getValue()
                              + " nodes of cluster "
                              + cluster.getKey()
                              + " would be on their way")
                      .withHint("leave out -f and serial, or raise them")));
    }
    return asked == null ? all : asked;
  }

  private static Optional<Map.Entry<String, Long>> largestCluster(List<Node> nodes) {
    return nodes.stream()
        .map(Node::cluster)
        .flatMap(Stream::ofNullable)
        .collect(Collectors.groupingBy(Node.Membership::id, Collectors.counting()))
        .entrySet()
        .stream()
        .max(Map.Entry.comparingByValue());
  }

  /** The waits for what other nodes do: registered services, keys, replication. */
  private static Stream<Step.Task> waits(List<Step> steps) {
    return steps.stream().flatMap(Concurrency::waits);
  }

  private static Stream<Step.Task> waits(Step step) {
    return switch (step) {
      case Step.Task task -> isWaitForPeers(task) ? Stream.of(task) : Stream.of();
      case Step.Block block -> waits(block.steps());
      case Step.LockScope scope -> waits(scope.steps());
      case Step.Include include ->
          include.plans().values().stream().flatMap(plan -> waits(plan.steps()));
      case Step.Release _ -> Stream.of();
    };
  }

  private static boolean isWaitForPeers(Step.Task task) {
    return task.primitive().equals("wait_for")
        && Stream.of("service", "key", "replication")
            .anyMatch(condition -> task.arguments().get(condition) != null);
  }
}
