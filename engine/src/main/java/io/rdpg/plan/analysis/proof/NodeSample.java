package io.rdpg.plan.analysis.proof;

import io.rdpg.plan.analysis.check.ExecutionPath;
import io.rdpg.plan.language.model.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The nodes that show all that there is to see: of those that do the same, few are enough. */
final class NodeSample {
  /** So many nodes of one cluster that do the same differ in little. */
  private static final int ENOUGH = 4;

  /** The maximum number of nodes of one cluster that are explored, whatever they do. */
  private static final int MOST = 16;

  /** After so many actions, nodes that do something else are no longer searched for. */
  private static final int SEARCHED = 200_000;

  private final Map<String, Integer> ofCluster = new HashMap<>();
  private final Map<List<Object>, Integer> ofShape = new HashMap<>();
  private int laid;

  private NodeSample() {}

  /** The paths of the sample's nodes, in the nodes' order. */
  static List<ExecutionPath> of(List<Node> nodes, Function<Node, ExecutionPath> ways) {
    NodeSample sample = new NodeSample();
    List<ExecutionPath> each = new ArrayList<>();
    for (Node node : nodes) {
      String cluster = node.cluster() == null ? "" : node.cluster().id();
      int seen = sample.ofCluster.getOrDefault(cluster, 0);
      if (seen < ENOUGH || (seen < MOST && sample.laid < SEARCHED)) {
        ExecutionPath way = ways.apply(node);
        if (sample.ofShape.merge(sample.shape(cluster, way), 1, Integer::sum) <= ENOUGH) {
          sample.ofCluster.merge(cluster, 1, Integer::sum);
          each.add(way);
        }
      }
    }
    return each;
  }

  /** What a node does, whatever it is called. */
  private List<Object> shape(String cluster, ExecutionPath way) {
    List<Object> shape = new ArrayList<>();
    shape.add(cluster);
    add(way.acts(), way.node(), shape);
    laid += shape.size();
    return shape;
  }

  private static void add(List<ExecutionPath.PathNode> acts, Node node, List<Object> shape) {
    for (ExecutionPath.PathNode act : acts) {
      shape.add(act.location().path());
      switch (act) {
        case ExecutionPath.LockedNode under -> {
          shape.add(under.key().replace(node.name(), "").replace(node.address(), ""));
          add(under.acts(), node, shape);
          shape.add("");
        }
        case ExecutionPath.ConditionalNode maybe -> {
          shape.add(maybe.condition().normalForm());
          add(maybe.acts(), node, shape);
          shape.add("");
        }
        case ExecutionPath.TaskNode _, ExecutionPath.UnlockNode _ -> {}
      }
    }
  }
}
