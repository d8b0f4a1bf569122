package io.rdpg.plan.interpret;

import io.rdpg.plan.interpret.StepVisitor.IncludedPlan;
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
    for (Step step : steps) {
      if (frame.isChosen(step, tags)) {
        R result = turns(step, frame, visitor);
        if (step.head().register() != null) {
          visitor.register(step.head(), frame, result);
        }
        results.add(result);
      }
    }
    return results;
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
      return visitor.anyItem(step, frame, why, next -> turn(step, turn, next));
    } catch (Failure failure) {
      StepFrame<K> turn = frame.withItem(head, new UnknownValue(List.of()));
      return visitor.fail(step, frame, failure, next -> turn(step, turn, next));
    }
    List<R> turns = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      turns.add(turn(step, frame.inTurn(head, i + 1, items.get(i)), visitor));
    }
    return visitor.turns(step, frame, turns);
  }

  private <K extends Knowledge<K>, R extends @Nullable Object> R turn(
      Step step, StepFrame<K> outside, StepVisitor<K, R> visitor) {
    StepFrame<K> frame = outside.inStep(step.head());
    return visitor.come(step, outside, frame, next -> decided(step, frame, next));
  }

  /** {@code when}. */
  private <K extends Knowledge<K>, R extends @Nullable Object> R decided(
      Step step, StepFrame<K> frame, StepVisitor<K, R> visitor) {
    Rest<K, R> done = next -> located(step, frame, next);
    Optional<K> where;
    try {
      where = frame.known().where(step.head().when());
    } catch (UnknownValue why) {
      return visitor.perhaps(step, frame, why, done);
    } catch (Failure failure) {
      return visitor.fail(step, frame, failure, done);
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
    Rest<K, R> anywhere = next -> done(step, frame.at(StepFrame.ANYWHERE), next);
    String target;
    try {
      target = frame.known().target(on);
    } catch (UnknownValue why) {
      return visitor.anywhere(step, frame, why, anywhere);
    } catch (Failure failure) {
      return visitor.fail(step, frame, failure, anywhere);
    }
    return done(step, frame.at(target), visitor);
  }

  private <K extends Knowledge<K>, R extends @Nullable Object> R done(
      Step step, StepFrame<K> frame, StepVisitor<K, R> visitor) {
    return switch (step) {
      case Step.Task task -> visitor.task(task, frame);
      case Step.Block block ->
          visitor.block(block, frame, next -> steps(block.steps(), frame.inside(block), next));
      case Step.LockScope scope ->
          visitor.lock(scope, frame, next -> steps(scope.steps(), frame.inside(scope), next));
      case Step.Include include -> included(include, frame, visitor);
      case Step.Release release -> visitor.release(release, frame);
    };
  }

  private <K extends Knowledge<K>, R extends @Nullable Object> R included(
      Step.Include include, StepFrame<K> frame, StepVisitor<K, R> visitor) {
    Map<String, Plan> plans;
    try {
      plans = frame.known().plans(include);
    } catch (UnknownValue why) {
      return visitor.perhaps(
          include,
          frame,
          why,
          next -> next.include(include, frame, plans(include, include.plans(), frame)));
    } catch (Failure failure) {
      return visitor.fail(include, frame, failure, next -> next.include(include, frame, List.of()));
    }
    return visitor.include(include, frame, plans(include, plans, frame));
  }

  private <K extends Knowledge<K>, R extends @Nullable Object> List<IncludedPlan<K, R>> plans(
      Step.Include include, Map<String, Plan> plans, StepFrame<K> frame) {
    List<IncludedPlan<K, R>> included = new ArrayList<>();
    plans.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> {
          Plan plan = entry.getValue();
          StepFrame<K> inside = frame.inside(include, plan);
          included.add(
              new IncludedPlan<>(
                  entry.getKey(), plan, inside, next -> steps(plan.steps(), inside, next)));
        });
    return included;
  }
}
