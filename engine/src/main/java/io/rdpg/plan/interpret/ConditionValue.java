package io.rdpg.plan.interpret;

import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.template.TemplateScope;
import io.rdpg.plan.language.template.Templates;
import io.rdpg.plan.language.template.Truth;
import io.rdpg.plan.language.template.UnknownValue;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A step's condition, decided. */
public final class ConditionValue {
  private ConditionValue() {}

  /**
   * Whether a condition holds; null always does.
   *
   * @throws Failure when it can't be evaluated
   * @throws UnknownValue when it depends on what isn't known
   */
  public static boolean holds(@Nullable Value when, Templates templates, TemplateScope scope) {
    return switch (templates.condition(when).decide(scope)) {
      case Truth.Holds _ -> true;
      case Truth.Fails _ -> false;
      case Truth.Unknown(UnknownValue why) -> throw why;
    };
  }

  /**
   * Whether a condition holds, before the run; empty when only the run can decide. Known parts may
   * decide it, whatever the others are.
   *
   * @throws Failure when it fails with what is known
   */
  public static Optional<Boolean> of(
      @Nullable Value when, Templates templates, TemplateScope scope) {
    return switch (templates.condition(when).decide(scope)) {
      case Truth.Holds _ -> Optional.of(true);
      case Truth.Fails _ -> Optional.of(false);
      case Truth.Unknown _ -> Optional.empty();
    };
  }

  /** A condition as its author wrote it, on one line. */
  public static String words(@Nullable Value when) {
    return switch (when) {
      case Value.Str str -> str.text().strip().replaceAll("\\s+", " ");
      case Value.Bool bool -> bool.source();
      case Value.Num _, Value.Nothing _, Value.Seq _, Value.Mapping _ -> "it says so";
      case null -> "it says so";
    };
  }
}
