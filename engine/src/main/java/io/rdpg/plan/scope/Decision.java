package io.rdpg.plan.scope;

import io.rdpg.plan.diag.Failure;
import io.rdpg.plan.model.Value;
import io.rdpg.plan.template.Scope;
import io.rdpg.plan.template.Templates;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is known of a condition before the run. */
public final class Decision {
  private Decision() {}

  /**
   * Whether a condition holds; empty when only the run can tell. What is known of some of its parts
   * may decide it, whatever becomes of the others.
   *
   * @throws Failure when it fails with what is known
   */
  public static Optional<Boolean> of(@Nullable Value when, Templates templates, Scope scope) {
    if (!(when instanceof Value.Str written)) {
      return Optional.of(!(when instanceof Value.Bool bool) || bool.value());
    }
    try {
      return Optional.of(templates.condition(written.text(), scope, written.at()));
    } catch (UnknownValue onlyTheRunCanTell) {
      return templates.foreseen(written.text(), scope, written.at());
    }
  }
}
