package io.rdpg.plan.interpret;

import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.template.UnknownValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates the conditions, loops and paths of a step from what is known there. Immutable: each
 * scope that the walk enters has knowledge of its own.
 *
 * <p>Every question is answered, or ends in an {@link UnknownValue} when the answer depends on what
 * isn't known, or in a {@link Failure} when the words make no sense.
 *
 * @param <K> the kind of knowledge itself
 */
public interface Knowledge<K extends Knowledge<K>> {
  /** Inside a plan, with its variables. */
  K inPlan(Plan plan);

  /** Inside a step, with its {@code vars}. */
  K inStep(Map<String, Value> vars);

  /** Inside one turn of a loop. */
  K withItem(String name, @Nullable Object item);

  /** The items of a {@code for_each}. */
  List<@Nullable Object> items(Value forEach);

  /** What is known where a {@code when} holds; empty where it doesn't. Null always holds. */
  Optional<K> where(@Nullable Value when);

  /** The name of the node that an {@code on} says. */
  String target(Value.Str on);

  /** Whether a {@code become} is true. */
  boolean becomes(Value become);

  /** The name of the user that a {@code become_user} says. */
  String user(Value.Str becomeUser);

  /** The plans that an include may include, by path: one unless that is undecided. */
  Map<String, Plan> plans(Step.Include include);
}
