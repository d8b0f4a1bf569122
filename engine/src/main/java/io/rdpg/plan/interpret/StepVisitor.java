package io.rdpg.plan.interpret;

import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.template.UnknownValue;
import java.util.List;
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

  /** The rest of a step. */
  interface Rest<K extends Knowledge<K>, R extends @Nullable Object> {
    R visit(StepVisitor<K, R> visitor);
  }

  /** The steps inside of a step. */
  interface Inside<K extends Knowledge<K>, R extends @Nullable Object> {
    List<R> visit(StepVisitor<K, R> visitor);
  }

  /**
   * A plan that an include brings in.
   *
   * @param path as the include names it
   * @param frame the location of its steps
   */
  record IncludedPlan<K extends Knowledge<K>, R extends @Nullable Object>(
      String path, Plan plan, StepFrame<K> frame, Inside<K, R> steps) {}

  /**
   * The walk has come to a step, or to one turn of its loop.
   *
   * @param outside what is around the step
   * @param frame the same with the step's own variables in scope
   */
  R come(Step step, StepFrame<K> outside, StepFrame<K> frame, Rest<K, R> rest);

  /** The step's condition doesn't hold. */
  R skip(Step step, StepFrame<K> frame);

  /** Whether the step is done isn't known: its condition, or which plan it includes. */
  R perhaps(Step step, StepFrame<K> frame, UnknownValue why, Rest<K, R> done);

  /** The items of the step's loop aren't known: one turn with an item that isn't known either. */
  R anyItem(Step step, StepFrame<K> frame, UnknownValue why, Rest<K, R> turn);

  /** The node where the step is done isn't known; it is {@link StepFrame#ANYWHERE} in the rest. */
  R anywhere(Step step, StepFrame<K> frame, UnknownValue why, Rest<K, R> done);

  /**
   * What the step's own keys say makes no sense here.
   *
   * @param rest of the step, as if what fails were not known
   */
  R fail(Step step, StepFrame<K> frame, Failure failure, Rest<K, R> rest);

  /** All turns of the step's loop have been visited. */
  R turns(Step step, StepFrame<K> frame, List<R> turns);

  /** Keeps what a step with {@code register} has come to. */
  void register(Step.Head head, StepFrame<K> frame, R result);

  R task(Step.Task task, StepFrame<K> frame);

  R block(Step.Block block, StepFrame<K> frame, Inside<K, R> steps);

  /** One plan, or several of which one is meant and it isn't known which. */
  R include(Step.Include include, StepFrame<K> frame, List<IncludedPlan<K, R>> plans);

  R lock(Step.LockScope scope, StepFrame<K> frame, Inside<K, R> steps);

  R release(Step.Release release, StepFrame<K> frame);
}
