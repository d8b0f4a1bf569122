package io.rdpg.plan.analysis.check;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Step;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Refuses fewer parallel nodes than wait for each other: the first would wait for nodes that
 * haven't started. A step that allows it is left out, with all that is in it.
 *
 * @param nodes the nodes that the plan runs on
 * @param signatures of the primitives, by name
 * @param diagnostics receives every error
 */
public record ConcurrencyCheck(
    List<Node> nodes, Map<String, Signature> signatures, Diagnostics diagnostics) {

  /**
   * @param atOnce the maximum number of parallel nodes
   */
  public void check(Plan plan, int atOnce) {
    Map<String, Long> clusters =
        nodes.stream()
            .map(Node::cluster)
            .flatMap(Stream::ofNullable)
            .collect(Collectors.groupingBy(Node.Membership::id, Collectors.counting()));
    clusters.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .filter(largest -> largest.getValue() > atOnce)
        .ifPresent(largest ->
            waitsForOthers(plan.steps())
                .findFirst()
                .ifPresent(wait -> diagnostics.add(diagnostic(wait, atOnce, largest))));
  }

  private static Diagnostic diagnostic(
      Step.Task wait, int atOnce, Map.Entry<String, Long> cluster) {
    return Diagnostic.at(
            wait.head().at(),
            Code.BAD_CONCURRENCY,
            "'"
                + wait.head().name()
                + "' waits for other nodes, and with "
                + atOnce
                + " at once not all "
                + cluster.getValue()
                + " of cluster "
                + cluster.getKey()
                + " would run")
        .withHint("omit -f and serial, or raise them; see docs/rules/bad_concurrency.md");
  }

  private Stream<Step.Task> waitsForOthers(List<Step> steps) {
    return steps.stream()
        .filter(step -> !step.head().allow().containsKey(Code.BAD_CONCURRENCY.word()))
        .flatMap(step ->
            step instanceof Step.Task task && waitsForOthers(task)
                ? Stream.of(task)
                : waitsForOthers(step.nested()));
  }

  private boolean waitsForOthers(Step.Task task) {
    Signature signature = signatures.get(task.primitive());
    return signature != null
        && signature.given(Signature.Role.OTHER_NODES, task.arguments()).findAny().isPresent();
  }
}
