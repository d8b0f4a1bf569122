package io.rdpg.plan.testing;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * What goes on beside a test, each in a thread of its own. The common pool has a single thread on
 * two processors: what blocks it would keep everything else of the suite waiting.
 */
public final class OwnThread {
  private static final Executor THREADS =
      task -> Thread.ofPlatform().daemon().name("beside the test").start(task);

  private OwnThread() {}

  /** Begins, and completes the result at its end. */
  public static CompletableFuture<Void> run(Runnable work) {
    return CompletableFuture.runAsync(work, THREADS);
  }

  /** Begins, and completes the result with what it gives. */
  public static <T> CompletableFuture<T> supply(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, THREADS);
  }
}
