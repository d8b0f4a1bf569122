package io.rdpg.plan.interpret;

import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.model.StepPath;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The position of a walk in the tree of plans, blocks and loops.
 *
 * @param plan the plan whose steps are walked
 * @param known what is known here
 * @param around the step around it, include, block or lock; null at the top
 * @param prefix the ids of the steps around it, joined; empty at the top
 * @param turn the turn of the loop that is gone through; null outside one
 * @param on the node that the steps around it name; {@link #ANYWHERE} when that isn't known, null
 *     when they name none
 * @param becoming as which user the step runs, as far as steps say
 * @param tags the tags of the steps around it
 * @param following the steps after the one that is walked; null for none
 * @param <K> what is known
 */
public record StepFrame<K extends Knowledge<K>>(
    Plan plan,
    K known,
    @Nullable StepLocation around,
    String prefix,
    @Nullable Turn turn,
    @Nullable String on,
    Becoming becoming,
    Set<String> tags,
    @Nullable Following<K> following) {
  /** In place of a node's name: any node. */
  public static final String ANYWHERE = "";

  /**
   * A turn of a loop.
   *
   * @param number from 1
   * @param item null is an item too
   */
  public record Turn(int number, @Nullable Object item) {}

  /** At the first step of a plan. */
  public static <K extends Knowledge<K>> StepFrame<K> atTop(Plan plan, K outside) {
    return new StepFrame<>(
        plan, outside.inPlan(plan), null, "", null, null, Becoming.UNSAID, Set.of(), null);
  }

  /** Among the steps that a step here holds. */
  StepFrame<K> inside(Step step) {
    Set<String> all = new HashSet<>(tags);
    all.addAll(step.head().tags());
    return new StepFrame<>(
        plan, known, location(step), id(step), null, on, becoming, all, following);
  }

  /** Among the steps of a plan that a step here includes. */
  StepFrame<K> inside(Step.Include include, Plan included) {
    StepFrame<K> frame = inside(include);
    return new StepFrame<>(
        included,
        known.inPlan(included),
        frame.around,
        frame.prefix + "/" + included.fileName(),
        null,
        on,
        becoming,
        frame.tags,
        following);
  }

  StepFrame<K> knowing(K others) {
    return new StepFrame<>(plan, others, around, prefix, turn, on, becoming, tags, following);
  }

  StepFrame<K> inStep(Step.Head head) {
    K inside = known.inStep(head.vars());
    Becoming inner = becoming.in(head.become(), inside);
    return new StepFrame<>(plan, inside, around, prefix, turn, on, inner, tags, following);
  }

  StepFrame<K> inTurn(Step.Head head, int number, @Nullable Object item) {
    StepFrame<K> frame = withItem(head, item);
    return new StepFrame<>(
        plan, frame.known, around, prefix, new Turn(number, item), on, becoming, tags, following);
  }

  /** With an item of unknown number. */
  StepFrame<K> withItem(Step.Head head, @Nullable Object item) {
    return knowing(known.withItem(head.as(), item));
  }

  StepFrame<K> before(Following<K> next) {
    return new StepFrame<>(plan, known, around, prefix, turn, on, becoming, tags, next);
  }

  StepFrame<K> at(String node) {
    return new StepFrame<>(plan, known, around, prefix, turn, node, becoming, tags, following);
  }

  /** The path of the steps around it. */
  public StepPath path() {
    return around == null ? StepPath.ROOT : around.path();
  }

  /** How many steps are around it. */
  public int depth() {
    return around == null ? 0 : (int) around.outwards().count();
  }

  /** The place of a step here. */
  public StepLocation location(Step step) {
    return new StepLocation(path().in(step), step, plan, around);
  }

  /** The id of a step among all that one node runs: names, file names, turns. */
  public String id(Step step) {
    String number = turn == null ? "" : "[" + turn.number() + "]";
    return (prefix.isEmpty() ? "" : prefix + "/") + step.head().name() + number;
  }

  /** Whether one of the tags asked for chooses a step here, or one inside of it. */
  boolean isChosen(Step step, Set<String> asked) {
    return asked.isEmpty()
        || tags.stream().anyMatch(tag -> chooses(tag, asked))
        || step.withNested()
            .flatMap(any -> any.head().tags().stream())
            .anyMatch(tag -> chooses(tag, asked));
  }

  private static boolean chooses(String tag, Set<String> asked) {
    return tag.equals("always") || asked.contains(tag);
  }
}
