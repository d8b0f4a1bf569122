package io.rdpg.plan.run;

import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.run.event.InternalEvent;
import io.rdpg.plan.run.event.Status;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** Counts how steps end on each node. Safe for use by many threads. */
final class StatusCounts implements InternalEvent.Sink {
  private final Map<String, Map<Status, Integer>> counts = new LinkedHashMap<>();

  StatusCounts(List<Node> nodes) {
    nodes.forEach(node -> counts.put(node.name(), new ConcurrentSkipListMap<>()));
  }

  @Override
  public void on(InternalEvent event) {
    if (event instanceof InternalEvent.StepEnded ended) {
      Map<Status, Integer> of = counts.get(ended.at().node());
      if (of != null) {
        of.merge(ended.result().status(), 1, Integer::sum);
      }
    }
  }

  Map<String, Map<Status, Integer>> counts() {
    return counts;
  }

  boolean foundChanges() {
    return counts.values().stream()
        .anyMatch(of -> of.containsKey(Status.WOULD_CHANGE) || of.containsKey(Status.TENTATIVE));
  }
}
