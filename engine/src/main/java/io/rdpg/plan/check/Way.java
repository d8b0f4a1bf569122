package io.rdpg.plan.check;

import io.rdpg.plan.model.Node;
import io.rdpg.plan.model.Plan;
import io.rdpg.plan.model.Step;
import io.rdpg.plan.model.StepPath;
import io.rdpg.plan.step.Awaited;
import io.rdpg.plan.step.Thing;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one node may do in a plan, as far as that can be told before anything is contacted: loops
 * unrolled, includes opened, what the inventory decides decided.
 *
 * @param acts in order
 */
public record Way(Node node, List<Act> acts) {
  public Way {
    acts = List.copyOf(acts);
  }

  /**
   * A step where it stands in the plan.
   *
   * @param plan the file that it is written in
   * @param around the step around it, include or block; null at the top
   */
  public record Spot(StepPath path, Step step, Plan plan, @Nullable Spot around) {

    /** This one and all around it, the innermost first. */
    public Stream<Spot> outwards() {
      return Stream.iterate(this, spot -> spot != null, Spot::around).map(Spot.class::cast);
    }

    public Step.Head head() {
      return step.head();
    }
  }

  /** A condition that only the run can decide. */
  public record Condition(String text, boolean holds) {

    /** The same in one form: whatever says the same has the same text. */
    static Condition of(String written) {
      return Conditions.plain(written);
    }

    public Condition opposite() {
      return new Condition(text, !holds);
    }

    /** Whether something is compared with what only one node has: it holds on one at most. */
    public static boolean ofOneNode(String text) {
      return text.contains(" == ") && (text.contains("node.name") || text.contains("node.address"));
    }
  }

  /** One thing that the node does. */
  public sealed interface Act {
    Spot spot();
  }

  /**
   * A primitive's step.
   *
   * @param at the name of the node where it is done
   * @param brings what others may wait for
   * @param awaits what it waits for; null for one that doesn't
   */
  public record Does(Spot spot, String at, Set<Thing> brings, @Nullable Awaited awaits)
      implements Act {
    public Does {
      brings = Set.copyOf(brings);
    }
  }

  /**
   * Steps under a lock.
   *
   * @param key as it is rendered, as it is written where that can't be known
   */
  public record Under(Spot spot, String key, List<Act> acts) implements Act {
    public Under {
      acts = List.copyOf(acts);
    }
  }

  /** Lets go of the innermost lock. */
  public record LetsGo(Spot spot) implements Act {}

  /** What is done only where a condition holds that nobody knows yet. */
  public record Maybe(Spot spot, Condition condition, List<Act> acts) implements Act {
    public Maybe {
      acts = List.copyOf(acts);
    }
  }
}
