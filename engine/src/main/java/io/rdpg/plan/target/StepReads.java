package io.rdpg.plan.target;

import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Observations;
import io.rdpg.plan.step.Read;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The reads of one step, asked before its turn.
 *
 * @param user as whom the node's shell is asked; null for the user who logs in
 * @param inSync whether what they observe leaves the step nothing to do; pure
 */
public record StepReads(
    @Nullable String user, List<Read<?>> reads, Predicate<Observations> inSync) {
  public StepReads {
    reads = List.copyOf(reads);
  }

  /**
   * A command whose exit code alone decides whether its step is in sync.
   *
   * @param zero whether it is after 0, or after any other
   */
  public record Command(Read.Probe probe, boolean zero) {
    /** What is observed of it when it ended with this code and nothing else is known. */
    public static Observation.CommandResult exited(int code) {
      return new Observation.CommandResult(code, "", "");
    }

    private static Observations after(Read.Probe probe, int exit) {
      return new Observations(Map.of(probe, exited(exit)));
    }

    /** What is observed when the step is in sync. */
    public Observations done() {
      return after(probe, zero ? 0 : 1);
    }
  }

  /**
   * A query of which nothing counts but whether it holds, see {@link Observation.Table#holds}.
   *
   * @param query without secrets and parameters, on any connection
   */
  public record Condition(Read.Query query) {
    private static final Observation.Table HOLDS =
        new Observation.Table(List.of("holds"), List.of(Map.of("holds", true)));

    /** What is observed when it holds and nothing else is known. */
    public static Observation.Table holds() {
      return HOLDS;
    }

    /** What is observed when the step is in sync. */
    public Observations done() {
      return new Observations(Map.of(query, HOLDS));
    }
  }

  /** The condition that it consists of; empty for none. */
  public Optional<Condition> condition() {
    if (reads.size() == 1
        && reads.getFirst() instanceof Read.Query query
        && query.byAuthor()
        && !query.fresh()
        && query.parameters().isEmpty()
        && !query.sql().holdsSecret()) {
      Observation.Table nothing = new Observation.Table(List.of(), List.of());
      Condition condition = new Condition(query);
      if (inSync.test(condition.done()) && !inSync.test(new Observations(Map.of(query, nothing)))) {
        return Optional.of(condition);
      }
    }
    return Optional.empty();
  }

  /** The command that it consists of; empty for none. */
  public Optional<Command> command() {
    if (reads.size() == 1 && reads.getFirst() instanceof Read.Probe probe) {
      boolean zero = inSync.test(Command.after(probe, 0));
      if (zero != inSync.test(Command.after(probe, 1))) {
        return Optional.of(new Command(probe, zero));
      }
    }
    return Optional.empty();
  }

  /** Receives the observations of steps, in any order, on any thread. */
  public interface Replies {
    /**
     * @param number of the step, from 0
     */
    void answered(int number, Observations observations);
  }
}
