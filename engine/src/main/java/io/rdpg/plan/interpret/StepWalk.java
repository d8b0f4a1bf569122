package io.rdpg.plan.interpret;

import io.rdpg.plan.interpret.StepVisitor.IncludedPlan;
import io.rdpg.plan.interpret.StepVisitor.Inside;
import io.rdpg.plan.interpret.StepVisitor.Rest;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.template.UnknownValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The one walk through a plan's steps: their order, loops, conditions, variables, includes,
 * targets, results, tags and what is inside of them. Everything that depends on the meaning of a
 * plan is a visitor of it; values come from the frame's {@link Knowledge}.
 *
 * @param tags only steps with one of these are visited; empty for all
 */
public record StepWalk(Set<String> tags) {
  /** Every step, whatever its tags. */
  public static final StepWalk WHOLE = new StepWalk(Set.of());

  public StepWalk {
    tags = Set.copyOf(tags);
  }

  /** Walks a whole plan, with what is known outside of it. */
  public <K extends Knowledge<K>, R extends @Nullable Object> List<R> plan(
      Plan plan, K outside, StepVisitor<K, R> visitor) {
    return steps(plan.steps(), StepFrame.atTop(plan, outside), visitor);
  }

  private <K extends Knowledge<K>, R extends @Nullable Object> List<R> steps(
      List<Step> steps, StepFrame<K> frame, StepVisitor<K, R> visitor) {
    List<R> results = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      if (frame.isChosen(step, tags)) {
        Following<K> following = new Siblings<>(this, steps.subList(i + 1, steps.size()), frame);
        R result = turns(step, frame.before(following), visitor);
        register(step, frame, result, visitor);
        results.add(result);
      }
    }
    return results;
  }

  private static <K extends Knowledge<K>, R extends @Nullable Object> void register(
      Step step, StepFrame<K> frame, R result, StepVisitor<K, R> visitor) {
    if (step.head().register() != null) {
      visitor.register(step.head(), frame, result);
    }
  }

  /**
   * The steps after one among others.
   *
   * @param frame of all of them
   */
  private record Siblings<K extends Knowledge<K>>(
      StepWalk walk, List<Step> steps, StepFrame<K> frame) implements Following<K> {
    @Override
    public <R extends @Nullable Object> void walk(
        UnaryOperator<K> known, StepVisitor<K, R> visitor) {
      walk.steps(steps, frame.knowing(known.apply(frame.known())), visitor);
      after(frame, known, visitor);
    }
  }

  /**
   * The turns of a loop after one of them.
   *
   * @param frame of the loop
   * @param done how many turns come before
   */
  private record Turns<K extends Knowledge<K>>(
      StepWalk walk, Step step, StepFrame<K> frame, List<@Nullable Object> items, int done)
      implements Following<K> {
    @Override
    public <R extends @Nullable Object> void walk(
        UnaryOperator<K> known, StepVisitor<K, R> visitor) {
      StepFrame<K> frame = frame().knowing(known.apply(frame().known()));
      register(step, frame, walk.turns(step, frame, items, done, visitor), visitor);
      after(frame, known, visitor);
    }
  }

  private static <K extends Knowledge<K>, R extends @Nullable Object> void after(
      StepFrame<K> frame, UnaryOperator<K> known, StepVisitor<K, R> visitor) {
    Following<K> next = frame.following();
    if (next != null) {
      next.walk(known, visitor);
    }
  }

  /** {@code for_each}: the step once, or once for each item. */
  private <K extends Knowledge<K>, R extends @Nullable Object> R turns(
      Step step, StepFrame<K> frame, StepVisitor<K, R> visitor) {
    Step.Head head = step.head();
    Value forEach = head.forEach();
    if (forEach == null) {
      return turn(step, frame, visitor);
    }
    List<@Nullable Object> items;
    try {
      items = frame.known().items(forEach);
    } catch (UnknownValue why) {
      StepFrame<K> turn = frame.withItem(head, why);
      return visitor.anyItem(why, new Rest<>(step, frame, next -> turn(step, turn, next)));
    } catch (Failure failure) {
      StepFrame<K> turn = frame.withItem(head, new UnknownValue(List.of()));
      return visitor.fail(failure, new Rest<>(step, frame, next -> turn(step, turn, next)));
    }
    return turns(step, frame, items, 0, visitor);
  }

  private <K extends Knowledge<K>, R extends @Nullable Object> R turns(
      Step step,
      StepFrame<K> frame,
      List<@Nullable Object> items,
      int done,
      StepVisitor<K, R> visitor) {
    List<R> turns = new ArrayList<>();
    for (int i = done; i < items.size(); i++) {
      StepFrame<K> turn = frame.inTurn(step.head(), i + 1, items.get(i));
      Following<K> following = new Turns<>(this, step, frame, items, i + 1);
      turns.add(turn(step, turn.before(following), visitor));
    }
    return visitor.turns(turns);
  }

  private <K extends Knowledge<K>, R extends @Nullable Object> R turn(
      Step step, StepFrame<K> outside, StepVisitor<K, R> visitor) {
    StepFrame<K> frame = outside.inStep(step.head());
    return visitor.come(outside, new Rest<>(step, frame, next -> decided(step, frame, next)));
  }

  /** {@code when}. */
  private <K extends Knowledge<K>, R extends @Nullable Object> R decided(
      Step step, StepFrame<K> frame, StepVisitor<K, R> visitor) {
    Rest<K, R> rest = new Rest<>(step, frame, next -> located(step, frame, next));
    Optional<K> where;
    try {
      where = frame.known().where(step.head().when());
    } catch (UnknownValue why) {
      return visitor.perhaps(why, rest);
    } catch (Failure failure) {
      return visitor.fail(failure, rest);
    }
    return where.isPresent()
        ? located(step, frame.knowing(where.get()), visitor)
        : visitor.skip(step, frame);
  }

  /** {@code on}. */
  private <K extends Knowledge<K>, R extends @Nullable Object> R located(
      Step step, StepFrame<K> frame, StepVisitor<K, R> visitor) {
    Value.Str on = step.head().on();
    if (on == null) {
      return done(step, frame, visitor);
    }
    Rest<K, R> rest =
        new Rest<>(step, frame, next -> done(step, frame.at(StepFrame.ANYWHERE), next));
    String target;
    try {
      target = frame.known().target(on);
    } catch (UnknownValue why) {
      return visitor.anywhere(why, rest);
    } catch (Failure failure) {
      return visitor.fail(failure, rest);
    }
    return done(step, frame.at(target), visitor);
  }

  private <K extends Knowledge<K>, R extends @Nullable Object> R done(
      Step step, StepFrame<K> frame, StepVisitor<K, R> visitor) {
    return switch (step) {
      case Step.Task task -> visitor.task(task, frame);
      case Step.Block block ->
          visitor.block(
              block, inside(block, block.steps(), frame), inside(block, block.onFailure(), frame));
      case Step.LockScope scope -> visitor.lock(scope, inside(scope, scope.steps(), frame));
      case Step.Include include -> included(include, frame, visitor);
      case Step.Release release -> visitor.release(release, frame);
    };
  }

  private <K extends Knowledge<K>, R extends @Nullable Object> Inside<K, R> inside(
      Step around, List<Step> steps, StepFrame<K> frame) {
    return new Inside<>(frame, next -> steps(steps, frame.inside(around), next));
  }

  private <K extends Knowledge<K>, R extends @Nullable Object> R included(
      Step.Include include, StepFrame<K> frame, StepVisitor<K, R> visitor) {
    Map<String, Plan> plans;
    try {
      plans = frame.known().plans(include);
    } catch (UnknownValue why) {
      return visitor.perhaps(
          why,
          new Rest<>(
              include,
              frame,
              next -> next.include(include, frame, plans(include, include.plans(), frame))));
    } catch (Failure failure) {
      return visitor.fail(
          failure, new Rest<>(include, frame, next -> next.include(include, frame, List.of())));
    }
    return visitor.include(include, frame, plans(include, plans, frame));
  }

  private <K extends Knowledge<K>, R extends @Nullable Object> List<IncludedPlan<K, R>> plans(
      Step.Include include, Map<String, Plan> plans, StepFrame<K> frame) {
    return new TreeMap<>(plans)
        .entrySet().stream()
            .map(entry -> {
              List<Step> steps = entry.getValue().steps();
              StepFrame<K> inside = frame.inside(include, entry.getValue());
              return new IncludedPlan<K, R>(
                  entry.getKey(), inside, next -> steps(steps, inside, next));
            })
            .toList();
  }
}
