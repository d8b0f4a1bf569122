package io.rdpg.plan.target;

import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Cancels the work of a step: at an interrupt, when its lock is lost, or at its deadline. A child
 * is cancelled with its parent. Safe for use by many threads.
 */
public final class Cancellation {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Runnable> actions = new ArrayList<>();
  private @Nullable Diagnostic reason;

  /** A cancellation that is also cancelled when this is; {@link Registration#close} unties them. */
  public Child child() {
    Cancellation child = new Cancellation();
    Registration tie = onCancel(() -> child.cancel(reasonOf()));
    return new Child(child, tie);
  }

  /** Ends the work, the first reason counts. Runs the registered actions on the calling thread. */
  public void cancel(Diagnostic why) {
    List<Runnable> toRun;
    lock.lock();
    try {
      if (reason != null) {
        return;
      }
      reason = why;
      changed.signalAll();
      toRun = List.copyOf(actions);
      actions.clear();
    } finally {
      lock.unlock();
    }
    toRun.forEach(Runnable::run);
  }

  public boolean cancelled() {
    lock.lock();
    try {
      return reason != null;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Checks that it is not cancelled.
   *
   * @throws Failure with the reason
   */
  public void check() {
    lock.lock();
    try {
      if (reason != null) {
        throw new Failure(reason);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Pauses for a while.
   *
   * @throws Failure with the reason, as soon as it is cancelled
   */
  public void pause(Duration duration) {
    long nanos = duration.toNanos();
    lock.lock();
    try {
      while (nanos > 0 && reason == null) {
        nanos = changed.awaitNanos(nanos);
      }
      if (reason != null) {
        throw new Failure(reason);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("nothing here interrupts threads", e);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Runs an action when it is cancelled, at once when it already is; close to forget it. The action
   * neither throws nor blocks: others wait behind it.
   */
  public Registration onCancel(Runnable action) {
    lock.lock();
    try {
      if (reason == null) {
        actions.add(action);
        return () -> forget(action);
      }
    } finally {
      lock.unlock();
    }
    action.run();
    return () -> {};
  }

  private void forget(Runnable action) {
    lock.lock();
    try {
      actions.remove(action);
    } finally {
      lock.unlock();
    }
  }

  private Diagnostic reasonOf() {
    lock.lock();
    try {
      return java.util.Objects.requireNonNull(reason);
    } finally {
      lock.unlock();
    }
  }

  /** An action that is run on cancel until this is closed. */
  public interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  /** A cancellation tied to a parent until it is closed. */
  public record Child(Cancellation cancellation, Registration tie) implements AutoCloseable {
    @Override
    public void close() {
      tie.close();
    }
  }
}
