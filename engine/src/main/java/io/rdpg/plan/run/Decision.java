package io.rdpg.plan.run;

import io.rdpg.plan.diag.Failure;
import io.rdpg.plan.model.Value;
import io.rdpg.plan.template.Scope;
import io.rdpg.plan.template.Templates;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What is known of a condition before the run. */
final class Decision {
  private Decision() {}

  /**
   * Whether a condition holds; empty when only the run can tell. One that is joined with {@code
   * and} doesn't hold when one of its parts doesn't, whatever becomes of the others.
   *
   * @throws Failure when it fails with what is known
   */
  static Optional<Boolean> of(@Nullable Value when, Templates templates, Scope scope) {
    if (!(when instanceof Value.Str written)) {
      return Optional.of(!(when instanceof Value.Bool bool) || bool.value());
    }
    try {
      return Optional.of(templates.condition(written.text(), scope, written.at()));
    } catch (UnknownValue onlyTheRunCanTell) {
      boolean never =
          templates.joined(written.text(), written.at()).stream()
              .anyMatch(part -> isFalse(part, scope));
      return never ? Optional.of(false) : Optional.empty();
    }
  }

  private static boolean isFalse(Predicate<Scope> part, Scope scope) {
    try {
      return !part.test(scope);
    } catch (UnknownValue | Failure onlyTheRunCanTell) {
      return false;
    }
  }
}
