package io.rdpg.plan.run;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.model.Durations;
import io.rdpg.plan.target.Cancellation;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Cancels attempts at their deadlines. */
final class Deadlines implements AutoCloseable {
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().daemon().name("deadlines").unstarted(task));

  /** Does some work, cancelled when it takes longer than this. */
  <T> T within(Duration timeout, Cancellation cancellation, Supplier<T> work) {
    ScheduledFuture<?> alarm =
        timer.schedule(
            () ->
                cancellation.cancel(
                    Diagnostic.of(Code.DEADLINE, "not done within " + Durations.show(timeout))),
            timeout.toNanos(),
            TimeUnit.NANOSECONDS);
    try {
      return work.get();
    } finally {
      alarm.cancel(false);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
