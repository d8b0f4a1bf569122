package io.rdpg.plan.world;

import io.rdpg.plan.step.Answers;
import io.rdpg.plan.step.Look;
import java.util.Collection;

/** The only way to see a node and its servers. */
public interface Sight {

  /**
   * Answers looks, in as few round trips as it can.
   *
   * @param node the node's inventory name
   * @param cancellation ends the looking early
   * @throws io.rdpg.plan.diag.Failure when the node or a server can't be used, a query is wrong, or
   *     the looking was cancelled
   */
  Answers look(String node, Collection<? extends Look<?>> looks, Cancellation cancellation);
}
