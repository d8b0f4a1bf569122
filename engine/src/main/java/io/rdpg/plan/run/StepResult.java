package io.rdpg.plan.run;

import io.rdpg.plan.run.event.EffectSummary;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.Status;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.target.ObservedRead;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a step ended when it did not fail.
 *
 * @param why one phrase
 * @param done its effects in words
 * @param registered the fields for {@code register}
 * @param because the steps that a forecast depends on, by id
 * @param seen what it looked at and the world itself answered
 * @param effects what was or would be performed
 */
record StepResult(
    Status status,
    String why,
    List<Event.EffectReported> done,
    Map<String, @Nullable Object> registered,
    List<String> because,
    List<ObservedRead> seen,
    List<Effect> effects) {

  /** An end that looked at nothing. */
  static StepResult plain(Status status, String why) {
    return plain(status, why, List.of());
  }

  static StepResult plain(Status status, String why, List<String> because) {
    return new StepResult(status, why, List.of(), Map.of(), because, List.of(), List.of());
  }

  static StepResult inSync(Diff.InSync inSync, List<ObservedRead> seen, List<String> because) {
    return new StepResult(
        Status.OK,
        inSync.because(),
        List.of(),
        fields(inSync.registered(), false),
        because,
        seen,
        List.of());
  }

  /**
   * A step that changed something, or would.
   *
   * @param registered the fields as they are afterwards
   */
  static StepResult changed(
      Status status,
      Diff.Change change,
      Map<String, @Nullable Object> registered,
      List<ObservedRead> seen,
      List<String> because) {
    return new StepResult(
        status,
        change.because(),
        EffectSummary.all(change),
        fields(registered, true),
        because,
        seen,
        change.effects());
  }

  private static Map<String, @Nullable Object> fields(
      Map<String, @Nullable Object> registered, boolean changed) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>(registered);
    fields.put("changed", changed);
    return fields;
  }
}
