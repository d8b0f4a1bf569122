package io.rdpg.plan.target;

import io.rdpg.plan.step.Observations;
import io.rdpg.plan.step.Read;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Reads the state of nodes and their servers; nothing else does. */
public interface StateReader {

  /**
   * Performs reads, in as few round trips as possible.
   *
   * @param at where, and as whom the node's shell is asked
   * @param cancellation cancels the reads
   * @throws io.rdpg.plan.language.diagnostic.Failure when the node or a server can't be used, a
   *     query is wrong, or the reads were cancelled
   */
  Observations read(Account at, Collection<? extends Read<?>> reads, Cancellation cancellation);

  /**
   * Performs the reads of several steps, in as few round trips as possible. The first step is at
   * its turn; the others are only asked whether they are in sync. Their commands are run one after
   * another up to the first step that isn't, and so are their conditions, once all steps before
   * them are seen in sync. Whatever can't be answered isn't.
   *
   * @param steps in their order, each with the user of its own
   * @param replies gets the first step's observations, and those of others as far as they came
   * @throws io.rdpg.plan.language.diagnostic.Failure as {@link #read} does, for the first step only
   */
  default void readAhead(
      String node, List<StepReads> steps, StepReads.Replies replies, Cancellation cancellation) {
    for (int i = 0; i < steps.size(); i++) {
      StepReads step = steps.get(i);
      Observations observations = read(new Account(node, step.user()), step.reads(), cancellation);
      replies.answered(i, observations);
      if (!step.inSync().test(observations)) {
        return;
      }
    }
  }

  /**
   * Waits until reads may be answered otherwise than when they were last performed. A server that
   * tells of changes is asked to do so; where none does, this only pauses.
   *
   * @param pause for how long to pause
   * @param longest how long to wait for a server to tell
   * @throws io.rdpg.plan.language.diagnostic.Failure when it was cancelled, or the server couldn't
   *     be asked
   */
  default void awaitChange(
      String node,
      Collection<? extends Read<?>> reads,
      Duration pause,
      Duration longest,
      Cancellation cancellation) {
    cancellation.pause(pause);
  }

  /** What was asked of each node so far; empty where nobody counts. */
  default Map<String, Traffic> traffic() {
    return Map.of();
  }
}
