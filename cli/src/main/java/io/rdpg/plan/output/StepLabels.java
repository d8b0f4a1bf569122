package io.rdpg.plan.output;

import io.rdpg.plan.run.event.Event;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What people call the steps that a run has come to, by node and id. Not thread-safe. */
final class StepLabels {
  private static final int NAMED = 3;

  private final Map<String, Map<String, String>> names = new HashMap<>();

  void note(Event.At at) {
    names.computeIfAbsent(at.node(), _ -> new HashMap<>()).put(at.id(), at.called());
  }

  /**
   * Some steps as text: the first three, and how many more.
   *
   * @param node the node whose step names them
   * @param ids as events have them: another node's is {@code NODE: ID}
   */
  String list(String node, List<String> ids) {
    List<String> called = ids.stream().map(id -> name(node, id)).distinct().toList();
    String first = called.stream().limit(NAMED).collect(Collectors.joining(", "));
    int more = called.size() - NAMED;
    return more > 0 ? first + " and " + more + " more" : first;
  }

  private String name(String node, String id) {
    String own = names.getOrDefault(node, Map.of()).get(id);
    if (own != null) {
      return own;
    }
    for (Map.Entry<String, Map<String, String>> other : names.entrySet()) {
      String start = other.getKey() + ": ";
      String its = id.startsWith(start) ? other.getValue().get(id.substring(start.length())) : null;
      if (its != null) {
        return start + its;
      }
    }
    return id;
  }
}
