package io.rdpg.plan.analysis.check;

import io.rdpg.plan.interpret.StepLocation;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.template.Condition;
import io.rdpg.plan.step.AwaitedState;
import io.rdpg.plan.step.Resource;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
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

  /** All actions, each before those inside of it. */
  public Stream<PathNode> all() {
    return acts.stream().flatMap(PathNode::withNested);
  }

  /** The primitives' steps among all actions. */
  public Stream<TaskNode> tasks() {
    return all().filter(TaskNode.class::isInstance).map(TaskNode.class::cast);
  }

  /**
   * Some of its actions, with the conditions around them, and all locks: each has to be waited for.
   *
   * @param wanted asked of each primitive's step, and of each condition around nothing that is left
   */
  public ExecutionPath only(Predicate<PathNode> wanted) {
    return new ExecutionPath(node, only(acts, wanted));
  }

  private static List<PathNode> only(List<PathNode> acts, Predicate<PathNode> wanted) {
    return acts.stream().flatMap(act -> only(act, wanted)).toList();
  }

  private static Stream<PathNode> only(PathNode act, Predicate<PathNode> wanted) {
    return switch (act) {
      case TaskNode task -> Stream.<PathNode>of(task).filter(wanted);
      case UnlockNode unlock -> Stream.of(unlock);
      case LockedNode(StepLocation location, String key, List<PathNode> under) ->
          Stream.of(new LockedNode(location, key, only(under, wanted)));
      case ConditionalNode(StepLocation location, Condition condition, List<PathNode> inside) ->
          Stream.of(only(inside, wanted))
              .filter(left -> !left.isEmpty() || wanted.test(act))
              .map(left -> new ConditionalNode(location, condition, left));
    };
  }

  /** One action of the node. */
  public sealed interface PathNode {
    StepLocation location();

    /** It and all actions inside of it. */
    default Stream<PathNode> withNested() {
      List<PathNode> nested =
          switch (this) {
            case LockedNode under -> under.acts();
            case ConditionalNode maybe -> maybe.acts();
            case TaskNode _, UnlockNode _ -> List.of();
          };
      return Stream.concat(Stream.of(this), nested.stream().flatMap(PathNode::withNested));
    }
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
