package io.rdpg.plan.run;

import io.rdpg.plan.language.model.Inventory;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.run.event.RunOrigin;
import java.util.List;
import java.util.Set;

/**
 * What is to be run.
 *
 * @param selected the nodes to run the plan on, in inventory order
 * @param tags only steps with one of these; empty for all
 * @param preview perform nothing
 * @param nodesAtOnce the maximum number of parallel nodes
 * @param askAhead whether steps' reads may be asked before their turns
 * @param origin who started it
 */
public record RunRequest(
    Plan plan,
    Inventory inventory,
    List<Node> selected,
    Set<String> tags,
    boolean preview,
    int nodesAtOnce,
    boolean askAhead,
    RunOrigin origin) {
  public RunRequest {
    selected = List.copyOf(selected);
    tags = Set.copyOf(tags);
  }
}
