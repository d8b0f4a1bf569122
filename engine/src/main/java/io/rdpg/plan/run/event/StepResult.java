package io.rdpg.plan.run.event;

import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.target.ObservedRead;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The result of a step, with secrets.
 *
 * @param why one phrase
 * @param registered the fields for {@code register}
 * @param because the steps that a forecast depends on, by id
 * @param seen what it read of the real state; what a forecast answered is omitted
 * @param effects what was or would be performed, in this order; empty when nothing or nothing
 *     certain
 * @param detail what differs, for people; null when there is nothing to show
 */
public record StepResult(
    Status status,
    String why,
    Map<String, @Nullable Object> registered,
    List<String> because,
    List<ObservedRead> seen,
    List<Effect> effects,
    @Nullable String detail) {
  public StepResult {
    seen = List.copyOf(seen);
  }

  /** A result without reads. */
  public static StepResult plain(Status status, String why) {
    return plain(status, why, List.of());
  }

  public static StepResult plain(Status status, String why, List<String> because) {
    return new StepResult(status, why, Map.of(), because, List.of(), List.of(), null);
  }

  public static StepResult inSync(
      Diff.InSync inSync, List<ObservedRead> seen, List<String> because) {
    return new StepResult(
        Status.OK,
        inSync.because(),
        fields(inSync.registered(), false),
        because,
        seen,
        List.of(),
        null);
  }

  /**
   * A step that changed something, or would.
   *
   * @param registered the fields as they are afterwards
   */
  public static StepResult changed(
      Status status,
      Diff.Change change,
      Map<String, @Nullable Object> registered,
      List<ObservedRead> seen,
      List<String> because) {
    return new StepResult(
        status,
        change.because(),
        fields(registered, true),
        because,
        seen,
        change.effects(),
        change.detail());
  }

  /**
   * Why, without secrets.
   *
   * @param redacted as {@link #reported} takes it
   */
  public String why(UnaryOperator<String> redacted) {
    return redacted.apply(SecretDiff.of(detail, redacted).withoutOld(why));
  }

  /**
   * Its effects in words, one for each, without secrets; the detail goes with the first.
   *
   * @param redacted hides what isn't known to be secret where it was read
   */
  public List<Event.EffectReported> reported(UnaryOperator<String> redacted) {
    List<Event.EffectReported> reported = new ArrayList<>();
    for (Effect effect : effects) {
      reported.add(
          new Event.EffectReported(
              effect.kind(),
              redacted.apply(effect.target()),
              redacted.apply(effect.summary()),
              reported.isEmpty() ? SecretDiff.of(detail, redacted).shown() : null));
    }
    return reported;
  }

  private static Map<String, @Nullable Object> fields(
      Map<String, @Nullable Object> registered, boolean changed) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>(registered);
    fields.put("changed", changed);
    return fields;
  }
}
