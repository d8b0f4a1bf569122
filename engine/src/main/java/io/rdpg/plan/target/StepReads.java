package io.rdpg.plan.target;

import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Observations;
import io.rdpg.plan.step.Read;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The reads of one step, asked before its turn.
 *
 * @param inSync whether what they observe leaves the step nothing to do; pure
 */
public record StepReads(List<Read<?>> reads, Predicate<Observations> inSync) {
  public StepReads {
    reads = List.copyOf(reads);
  }

  /** The command whose exit code alone decides whether the step is in sync; empty for none. */
  public Optional<Read.Probe> command() {
    return reads.size() == 1
            && reads.getFirst() instanceof Read.Probe probe
            && inSyncAfter(probe, 0) != inSyncAfter(probe, 1)
        ? Optional.of(probe)
        : Optional.empty();
  }

  /** Whether the step is in sync when its {@link #command} exits with this code. */
  public boolean inSyncAfter(int exit) {
    return inSyncAfter(command().orElseThrow(), exit);
  }

  private boolean inSyncAfter(Read.Probe probe, int exit) {
    return inSync.test(new Observations(Map.of(probe, exited(exit))));
  }

  /** How a command ended of which nothing but the exit code is known. */
  public static Observation.CommandResult exited(int code) {
    return new Observation.CommandResult(code, "", "");
  }

  /** Receives the observations of steps, in any order, on any thread. */
  public interface Replies {
    /**
     * @param number of the step, from 0
     */
    void answered(int number, Observations observations);
  }
}
