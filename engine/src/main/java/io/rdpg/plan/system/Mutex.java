package io.rdpg.plan.system;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A reentrant lock that is held as long as a try statement: {@code try (var _ = lock.hold())}. */
public final class Mutex {
  private final ReentrantLock lock = new ReentrantLock();

  /** Waits for the lock and takes it. */
  public Hold hold() {
    lock.lock();
    return lock::unlock;
  }

  /** A condition that whoever holds the lock can await and signal. */
  public Condition newCondition() {
    return lock.newCondition();
  }

  /** Releases the lock when it is closed. */
  public interface Hold extends AutoCloseable {
    @Override
    void close();
  }
}
