package io.rdpg.plan.target;

import java.time.Duration;
import java.util.Optional;

/** Consul locks, as one node's agent gives them. */
public interface Locks {

  /**
   * Takes a lock, waiting for it at most so long.
   *
   * @param terms the lock's key and times
   * @param waiting told, at least once a second, who holds the lock meanwhile
   * @param cancellation ends the wait early
   * @throws io.rdpg.plan.language.diagnostic.Failure with {@code lock_not_obtained} at the
   *     deadline, naming the holder
   */
  Held acquire(Terms terms, Waiting waiting, Cancellation cancellation);

  /**
   * What is asked for.
   *
   * @param ttl the session's time to live, at least 10 s; Consul may end it up to twice as late
   * @param patience the deadline for getting the lock
   * @param lockDelay how long Consul keeps the key from others after a session died with it
   */
  record Terms(String key, Duration ttl, Duration patience, Duration lockDelay) {}

  /** Told while a lock is waited for. */
  interface Waiting {
    /**
     * @param holder who holds the lock, in words; empty when nobody does (lock-delay)
     */
    void on(Optional<String> holder, Duration elapsed);
  }

  /** A lock that is held, or was until it got lost. */
  interface Held extends AutoCloseable {
    String key();

    /** The Consul session's id. */
    String session();

    /** False from the moment when it can no longer be proved that it is held. */
    boolean held();

    /**
     * Runs once when the lock is lost, on a thread of the lock's; at once when it already is. Not
     * run when it is let go on purpose.
     */
    void onLost(Runnable action);

    /** Releases the lock, then ends its session. Does nothing a second time. */
    @Override
    void close();
  }
}
