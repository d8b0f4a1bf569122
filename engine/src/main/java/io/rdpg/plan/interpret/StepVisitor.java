package io.rdpg.plan.interpret;

import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.template.UnknownValue;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Defines what each step that a {@link StepWalk} reaches means: for a run, a preview, a check, a
 * proof or a picture. It knows nothing of loops, includes, conditions, scopes and tags, which are
 * the walk's; what is inside of a step it may visit once, several times with other visitors, or not
 * at all.
 *
 * @param <K> what is known
 * @param <R> what a step comes to
 */
public interface StepVisitor<K extends Knowledge<K>, R extends @Nullable Object> {

  /**
   * The rest of a step.
   *
   * @param frame the location of the step
   */
  record Rest<K extends Knowledge<K>, R extends @Nullable Object>(
      Step step, StepFrame<K> frame, Function<StepVisitor<K, R>, R> walk) {
    public R visit(StepVisitor<K, R> visitor) {
      return walk.apply(visitor);
    }
  }

  /**
   * The steps inside of a step.
   *
   * @param frame the location of the step around them
   */
  record Inside<K extends Knowledge<K>, R extends @Nullable Object>(
      StepFrame<K> frame, Function<StepVisitor<K, R>, List<R>> walk) {
    public List<R> visit(StepVisitor<K, R> visitor) {
      return walk.apply(visitor);
    }
  }

  /**
   * A plan that an include brings in.
   *
   * @param path as the include names it
   * @param frame the location of its steps
   */
  record IncludedPlan<K extends Knowledge<K>, R extends @Nullable Object>(
      String path, StepFrame<K> frame, Function<StepVisitor<K, R>, List<R>> walk) {
    public List<R> visit(StepVisitor<K, R> visitor) {
      return walk.apply(visitor);
    }
  }

  /**
   * The walk has come to a step, or to one turn of its loop.
   *
   * @param outside what is around the step
   * @param rest with the step's own variables in scope
   */
  R come(StepFrame<K> outside, Rest<K, R> rest);

  /** The step's condition doesn't hold. */
  R skip(Step step, StepFrame<K> frame);

  /** Whether the step is done isn't known: its condition, or which plan it includes. */
  R perhaps(UnknownValue why, Rest<K, R> rest);

  /** The items of the step's loop aren't known: one turn with an item that isn't known either. */
  R anyItem(UnknownValue why, Rest<K, R> rest);

  /** The node where the step is done isn't known; it is {@link StepFrame#ANYWHERE} in the rest. */
  R anywhere(UnknownValue why, Rest<K, R> rest);

  /**
   * What the step's own keys say makes no sense here.
   *
   * @param rest of the step, as if what fails were not known
   */
  R fail(Failure failure, Rest<K, R> rest);

  /** All turns of a step's loop have been visited. */
  R turns(List<R> turns);

  /** Keeps what a step with {@code register} has come to. */
  void register(Step.Head head, StepFrame<K> frame, R result);

  R task(Step.Task task, StepFrame<K> frame);

  /**
   * @param onFailure what is done when one of the steps has failed; without steps where nothing is
   */
  R block(Step.Block block, Inside<K, R> steps, Inside<K, R> onFailure);

  /** One plan, or several of which one is meant and it isn't known which. */
  R include(Step.Include include, StepFrame<K> frame, List<IncludedPlan<K, R>> plans);

  R lock(Step.LockScope scope, Inside<K, R> steps);

  R release(Step.Release release, StepFrame<K> frame);
}
