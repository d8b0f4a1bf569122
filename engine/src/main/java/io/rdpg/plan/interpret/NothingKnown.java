package io.rdpg.plan.interpret;

import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.template.UnknownValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Treats every condition as unknown, so that a walk visits each step of a plan and of all that it
 * includes once.
 */
public enum NothingKnown implements Knowledge<NothingKnown> {
  HERE;

  @Override
  public NothingKnown inPlan(Plan plan) {
    return this;
  }

  @Override
  public NothingKnown inStep(Map<String, Value> vars) {
    return this;
  }

  @Override
  public NothingKnown withItem(String name, @Nullable Object item) {
    return this;
  }

  @Override
  public List<@Nullable Object> items(Value forEach) {
    throw new UnknownValue(List.of());
  }

  @Override
  public Optional<NothingKnown> where(@Nullable Value when) {
    if (when == null) {
      return Optional.of(this);
    }
    throw new UnknownValue(List.of());
  }

  @Override
  public String target(Value.Str on) {
    throw new UnknownValue(List.of());
  }

  @Override
  public boolean becomes(Value become) {
    throw new UnknownValue(List.of());
  }

  @Override
  public String user(Value.Str becomeUser) {
    throw new UnknownValue(List.of());
  }

  @Override
  public Map<String, Plan> plans(Step.Include include) {
    return include.plans();
  }
}
