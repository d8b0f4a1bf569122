package io.rdpg.plan.target;

import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.system.Mutex;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.Condition;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Cancels the work of a step: at an interrupt, when its lock is lost, or at its deadline. A child
 * is cancelled at the moment when its parent is. Safe for use by many threads.
 */
public final class Cancellation {
  private final Mutex lock = new Mutex();
  private final Condition changed = lock.newCondition();
  private final List<Runnable> actions = new ArrayList<>();
  private @Nullable Diagnostic reason;
  private volatile @Nullable Cancellation parent;
  private volatile Supplier<Optional<Diagnostic>> condition = Optional::empty;

  /** A cancellation that is also cancelled when this is; {@link Registration#close} unties them. */
  public Child child() {
    Cancellation child = new Cancellation();
    child.parent = this;
    Registration tie = onCancel(() -> child.cancel(reasonOf()));
    return new Child(child, tie);
  }

  /** Ends the work, the first reason counts. Runs the registered actions on the calling thread. */
  public void cancel(Diagnostic why) {
    List<Runnable> toRun;
    try (var _ = lock.hold()) {
      if (reason != null) {
        return;
      }
      reason = why;
      changed.signalAll();
      toRun = List.copyOf(actions);
      actions.clear();
    }
    toRun.forEach(Runnable::run);
  }

  public boolean cancelled() {
    return reason() != null;
  }

  /**
   * Asks this too, whenever it is asked itself, and is cancelled when that gives a reason: for what
   * nobody may have told yet.
   */
  public void also(Supplier<Optional<Diagnostic>> reasonToEnd) {
    condition = reasonToEnd;
  }

  /** Its own or its parent's, whose actions may still be about to cancel this one. */
  private @Nullable Diagnostic reason() {
    try (var _ = lock.hold()) {
      if (reason != null) {
        return reason;
      }
    }
    Optional<Diagnostic> ended = condition.get();
    if (ended.isPresent()) {
      cancel(ended.get());
      return reasonOf();
    }
    Cancellation above = parent;
    return above == null ? null : above.reason();
  }

  /**
   * Checks that it is not cancelled.
   *
   * @throws Failure with the reason
   */
  public void check() {
    Diagnostic why = reason();
    if (why != null) {
      throw new Failure(why);
    }
  }

  /**
   * Pauses for a while.
   *
   * @throws Failure with the reason, as soon as it is cancelled
   */
  public void pause(Duration duration) {
    long nanos = duration.toNanos();
    try (var _ = lock.hold()) {
      while (nanos > 0 && reason == null) {
        nanos = changed.awaitNanos(nanos);
      }
      if (reason != null) {
        throw new Failure(reason);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("nothing here interrupts threads", e);
    }
  }

  /**
   * Waits for what others work on; when it is cancelled it leaves, and they go on.
   *
   * @throws Failure with the reason, or as the work failed
   */
  public <T extends @Nullable Object> T await(CompletableFuture<T> work) {
    CompletableFuture<T> mine = work.copy();
    try (var _ = onCancel(() -> mine.cancel(false))) {
      return mine.join();
    } catch (CancellationException e) {
      check();
      throw e;
    } catch (CompletionException e) {
      switch (e.getCause()) {
        case Failure failure -> throw new Failure(failure.diagnostic(), failure);
        case RuntimeException bug -> throw bug;
        case Error error -> throw error;
        case null, default -> throw e;
      }
    }
  }

  /**
   * Runs an action when it is cancelled, at once when it already is; close to forget it. The action
   * neither throws nor blocks: others wait behind it.
   */
  public Registration onCancel(Runnable action) {
    try (var _ = lock.hold()) {
      if (reason == null) {
        actions.add(action);
        return () -> forget(action);
      }
    }
    action.run();
    return () -> {};
  }

  private void forget(Runnable action) {
    try (var _ = lock.hold()) {
      actions.remove(action);
    }
  }

  private Diagnostic reasonOf() {
    try (var _ = lock.hold()) {
      return java.util.Objects.requireNonNull(reason);
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
      cancellation.parent = null;
    }
  }
}
