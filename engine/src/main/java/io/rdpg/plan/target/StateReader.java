package io.rdpg.plan.target;

import io.rdpg.plan.step.Observations;
import io.rdpg.plan.step.Read;
import java.util.Collection;

/** Reads the state of nodes and their servers; nothing else does. */
public interface StateReader {

  /**
   * Performs reads, in as few round trips as possible.
   *
   * @param node the node's inventory name
   * @param cancellation cancels the reads
   * @throws io.rdpg.plan.language.diagnostic.Failure when the node or a server can't be used, a
   *     query is wrong, or the reads were cancelled
   */
  Observations read(String node, Collection<? extends Read<?>> reads, Cancellation cancellation);
}
