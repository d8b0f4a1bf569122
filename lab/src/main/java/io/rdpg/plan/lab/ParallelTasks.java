package io.rdpg.plan.lab;

import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/** Runs tasks in parallel and waits for all of them. */
final class ParallelTasks {
  private ParallelTasks() {}

  /**
   * Runs them all to their ends.
   *
   * @throws Failure with every failure's message, the first one's code and hint
   */
  static void run(List<Runnable> work) {
    List<Diagnostic> failures = new ArrayList<>();
    try (ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().daemon().factory())) {
      List<Future<?>> futures = new ArrayList<>();
      work.forEach(task -> futures.add(threads.submit(task)));
      for (Future<?> future : futures) {
        try {
          future.get();
        } catch (ExecutionException e) {
          if (!(e.getCause() instanceof Failure failure)) {
            throw new IllegalStateException(e.getCause());
          }
          failures.add(failure.diagnostic());
        } catch (InterruptedException _) {
          threads.shutdownNow();
          throw ServerStarter.interrupted();
        }
      }
    }
    if (!failures.isEmpty()) {
      Diagnostic first = failures.getFirst();
      String all = failures.stream().map(Diagnostic::message).collect(Collectors.joining("; "));
      throw Diagnostic.of(first.code(), all).withHint(first.hint()).failure();
    }
  }
}
