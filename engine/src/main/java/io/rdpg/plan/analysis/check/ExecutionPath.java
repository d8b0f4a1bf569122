package io.rdpg.plan.analysis.check;

import io.rdpg.plan.interpret.StepLocation;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.template.Condition;
import io.rdpg.plan.step.AwaitedState;
import io.rdpg.plan.step.Resource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one node may do in a plan, as far as known before any node is contacted: loops unrolled,
 * includes expanded, conditions on the inventory evaluated.
 *
 * @param acts in order
 */
public record ExecutionPath(Node node, List<PathNode> acts) {
  public ExecutionPath {
    acts = List.copyOf(acts);
  }

  /** One action of the node. */
  public sealed interface PathNode {
    StepLocation location();
  }

  /**
   * A primitive's step.
   *
   * @param at the name of the node where it is done
   * @param produces what others may wait for
   * @param awaits what it waits for; null for one that doesn't
   */
  public record TaskNode(
      StepLocation location, String at, Set<Resource> produces, @Nullable AwaitedState awaits)
      implements PathNode {
    public TaskNode {
      produces = Set.copyOf(produces);
    }
  }

  /**
   * Steps under a lock.
   *
   * @param key as it is rendered, as it is written where that can't be known
   */
  public record LockedNode(StepLocation location, String key, List<PathNode> acts)
      implements PathNode {
    public LockedNode {
      acts = List.copyOf(acts);
    }
  }

  /** Releases the innermost lock. */
  public record UnlockNode(StepLocation location) implements PathNode {}

  /** Actions under a condition that is not known yet. */
  public record ConditionalNode(StepLocation location, Condition condition, List<PathNode> acts)
      implements PathNode {
    public ConditionalNode {
      acts = List.copyOf(acts);
    }
  }
}
