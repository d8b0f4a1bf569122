package io.rdpg.plan.target;

import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Observations;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.system.Mutex;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Collects the observations of several steps, and hands on those of each step when all of its reads
 * are answered. Safe for use by many threads.
 */
public final class StepAnswers {
  private final List<StepReads> steps;
  private final StepReads.Replies replies;
  private final Mutex lock = new Mutex();
  private final List<Map<Read<?>, Observation>> answers = new ArrayList<>();
  private final Set<Integer> answered = new HashSet<>();
  private final Set<Integer> inSync = new HashSet<>();

  public StepAnswers(List<StepReads> steps, StepReads.Replies replies) {
    this.steps = List.copyOf(steps);
    this.replies = replies;
    steps.forEach(_ -> answers.add(new HashMap<>()));
  }

  public List<StepReads> steps() {
    return steps;
  }

  /** Takes the observation of a read of one step, and of no other. */
  public void of(int step, Read<?> read, Observation observation) {
    Observations whole;
    try (var _ = lock.hold()) {
      Map<Read<?>, Observation> all = answers.get(step);
      all.put(read, observation);
      if (!all.keySet().equals(new HashSet<>(steps.get(step).reads()))) {
        return;
      }
      whole = new Observations(all);
      answered.add(step);
      if (steps.get(step).inSync().test(whole)) {
        inSync.add(step);
      }
    }
    replies.answered(step, whole);
  }

  /** Whether all that a step reads is answered, and leaves it nothing to do. */
  public boolean isInSync(int step) {
    try (var _ = lock.hold()) {
      return inSync.contains(step);
    }
  }

  /** Whether all that a step reads is answered. */
  public boolean isAnswered(int step) {
    try (var _ = lock.hold()) {
      return answered.contains(step);
    }
  }

  /** Takes what a server answers to a read, for each step that asks for it. */
  public void ofAll(Read<?> read, Observation observation) {
    ofAll(_ -> true, read, observation);
  }

  /** Takes what the shell of a user answers to a read, for each step of that user's. */
  public void ofAll(@Nullable String user, Read<?> read, Observation observation) {
    ofAll(step -> Objects.equals(user, step.user()), read, observation);
  }

  private void ofAll(Predicate<StepReads> which, Read<?> read, Observation observation) {
    for (int step = 0; step < steps.size(); step++) {
      if (which.test(steps.get(step)) && steps.get(step).reads().contains(read)) {
        of(step, read, observation);
      }
    }
  }
}
