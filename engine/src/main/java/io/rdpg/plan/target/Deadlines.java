package io.rdpg.plan.target;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.model.Durations;
import io.rdpg.plan.system.Mutex;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Cancels attempts at their deadlines. The time that a node waits for its turn to log in counts
 * neither for its own attempts nor for those that may wait for it.
 */
public final class Deadlines implements AutoCloseable {
  private final LoginTurns logins;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().daemon().name("deadlines").unstarted(task));

  /**
   * @param logins which nodes wait for their turns
   */
  public Deadlines(LoginTurns logins) {
    this.logins = logins;
  }

  /** Does some work on a node, cancelled when it takes longer than this. */
  public <T> T within(Duration timeout, String node, Cancellation cancellation, Supplier<T> work) {
    return within(timeout, () -> logins.waited(node), cancellation, work);
  }

  /** Waits for what any node may be about to do, cancelled when it takes longer than this. */
  public <T> T waitingWithin(Duration timeout, Cancellation cancellation, Supplier<T> work) {
    return within(timeout, logins::waitedByAny, cancellation, work);
  }

  private <T> T within(
      Duration timeout, Supplier<Duration> queued, Cancellation cancellation, Supplier<T> work) {
    try (Alarm alarm = new Alarm(timeout, queued, cancellation)) {
      alarm.setTo(timeout);
      return work.get();
    }
  }

  /** Cancels when the time is over, unless it is closed before. */
  private final class Alarm implements AutoCloseable {
    /** As long as a node queues, what is left stays the same, however little it is. */
    private static final Duration AGAIN = Duration.ofMillis(50);

    private final Duration timeout;
    private final Supplier<Duration> queued;
    private final Cancellation cancellation;
    private final Duration queuedBefore;
    private final long start = System.nanoTime();
    private final Mutex lock = new Mutex();
    private @Nullable ScheduledFuture<?> next;
    private boolean closed;

    Alarm(Duration timeout, Supplier<Duration> queued, Cancellation cancellation) {
      this.timeout = timeout;
      this.queued = queued;
      this.cancellation = cancellation;
      this.queuedBefore = queued.get();
    }

    private void rings() {
      Duration left =
          timeout.plus(queued.get().minus(queuedBefore)).minusNanos(System.nanoTime() - start);
      if (left.isPositive()) {
        setTo(left.compareTo(AGAIN) < 0 ? AGAIN : left);
      } else {
        cancellation.cancel(
            Diagnostic.of(Code.DEADLINE, "not done within " + Durations.show(timeout)));
      }
    }

    void setTo(Duration in) {
      try (var _ = lock.hold()) {
        if (!closed) {
          next = timer.schedule(this::rings, in.toNanos(), TimeUnit.NANOSECONDS);
        }
      }
    }

    @Override
    public void close() {
      try (var _ = lock.hold()) {
        closed = true;
        if (next != null) {
          next.cancel(false);
        }
      }
    }
  }

  /** Calls a task once a second from the first second on, until this is closed. */
  public void everySecond(Runnable task) {
    var _ = timer.scheduleAtFixedRate(task, 1, 1, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
