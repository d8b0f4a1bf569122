package io.rdpg.plan.target;

import io.rdpg.plan.step.Observations;
import io.rdpg.plan.step.Read;
import java.util.Collection;

/** The only way to see a node and its servers. */
public interface StateReader {

  /**
   * Answers looks, in as few round trips as it can.
   *
   * @param node the node's inventory name
   * @param cancellation ends the looking early
   * @throws io.rdpg.plan.language.diagnostic.Failure when the node or a server can't be used, a
   *     query is wrong, or the looking was cancelled
   */
  Observations read(String node, Collection<? extends Read<?>> reads, Cancellation cancellation);
}
