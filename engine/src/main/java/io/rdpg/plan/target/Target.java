package io.rdpg.plan.target;

import io.rdpg.plan.step.ConsulRight;
import io.rdpg.plan.step.Effect;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads and changes nodes and their servers. Safe for use by many threads. */
public interface Target extends StateReader, AutoCloseable {

  /**
   * Performs an effect; nothing else changes a node.
   *
   * @param at where, and as whom it is done in the node's shell
   * @param lock the lock whose session KV writes are checked against; null outside every lock
   * @param messages receives what a server says beside its answer
   * @param cancellation ends the statement or command that runs when it is cancelled
   * @return whether it was performed: false when a compare-and-set found another value, which is no
   *     failure
   * @throws io.rdpg.plan.language.diagnostic.Failure when it can't be done or was cancelled
   */
  boolean perform(
      Account at,
      Effect effect,
      Locks.@Nullable Held lock,
      ServerMessages messages,
      Cancellation cancellation);

  /**
   * As {@link #perform(Account, Effect, Locks.Held, ServerMessages, Cancellation)}, without them.
   */
  default boolean perform(
      Account at, Effect effect, Locks.@Nullable Held lock, Cancellation cancellation) {
    return perform(at, effect, lock, ServerMessages.NONE, cancellation);
  }

  /**
   * Refuses what Consul's ACLs don't allow, as far as that can be known. Changes nothing.
   *
   * @param node whose agent is asked
   * @throws io.rdpg.plan.language.diagnostic.Failure with {@code consul_refused} that names each
   *     missing rule
   */
  default void require(String node, Set<ConsulRight> rights, Cancellation cancellation) {}

  /** The locks that a node's Consul agent gives. */
  Locks locks(String node);

  /** Ends all connections. */
  @Override
  void close();
}
