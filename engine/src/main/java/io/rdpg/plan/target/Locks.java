package io.rdpg.plan.target;

import java.time.Duration;
import java.util.Optional;

/** Consul locks, as one node's agent gives them. */
public interface Locks {

  /**
   * Takes a lock, waiting for it until its deadline.
   *
   * @param terms the lock's key and times
   * @param waiting receives, at least once a second, what is in the way
   * @param cancellation ends the wait early
   * @throws io.rdpg.plan.language.diagnostic.Failure with {@code lock_not_obtained} at the
   *     deadline, naming the holder; with an outage's error when that lasts
   */
  Held acquire(Terms terms, Waiting waiting, Cancellation cancellation);

  /**
   * What is asked for.
   *
   * @param ttl the session's time to live, at least 10 s; Consul may end it up to twice as late
   * @param patience the deadline for getting the lock
   * @param lockDelay how long Consul keeps the key from others after a session died with it
   * @param outage how long the node or Consul may be out of reach meanwhile
   * @param answered whether the node's agent has answered in this run: one that never has is likely
   *     not there at all, and isn't waited for
   */
  record Terms(
      String key,
      Duration ttl,
      Duration patience,
      Duration lockDelay,
      Duration outage,
      boolean answered) {
    /** With the grace that outages have elsewhere, too, of an agent that hasn't answered yet. */
    public Terms(String key, Duration ttl, Duration patience, Duration lockDelay) {
      this(key, ttl, patience, lockDelay, Grace.OF_OUTAGES, false);
    }

    /** The same with another deadline. */
    public Terms within(Duration other) {
      return new Terms(key, ttl, other, lockDelay, outage, answered);
    }

    /** The same, knowing whether the agent has answered in this run. */
    public Terms knowing(boolean hasAnswered) {
      return new Terms(key, ttl, patience, lockDelay, outage, hasAnswered);
    }

    /** After which time the key is free at the latest, once its session is not renewed any more. */
    public Duration freeWithin() {
      return ttl.multipliedBy(2).plus(lockDelay);
    }
  }

  /** Receives the progress of a wait for a lock. */
  interface Waiting {
    /**
     * @param obstacle what is in the way, as text, such as {@code held by ...}; empty when the lock
     *     is free (lock-delay)
     */
    void on(Optional<String> obstacle, Duration elapsed);
  }

  /** What becomes of a lock when it is released. */
  enum Release {
    /** The server says that it is free. */
    DONE,
    /** Nobody said so: it is free when its session has ended, and after its lock-delay. */
    LEFT,
    /** It wasn't held any more: somebody else may have had it meanwhile. */
    LOST
  }

  /** A lock that is held, or was until it got lost. */
  interface Held extends AutoCloseable {
    String key();

    /** The Consul session's id. */
    String session();

    /** False from the moment when it can no longer be proved that it is held. */
    boolean held();

    /**
     * Runs once when the lock is lost, on a thread of the lock's; immediately when it already is.
     * Not run when the lock is released.
     */
    void onLost(Runnable action);

    /** Releases the lock, then ends its session. A second time, it is {@link Release#LOST}. */
    Release release();

    @Override
    default void close() {
      Release _ = release();
    }
  }
}
