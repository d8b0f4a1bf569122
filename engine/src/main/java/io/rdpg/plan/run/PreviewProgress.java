package io.rdpg.plan.run;

import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.InternalEvent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Reports the progress of a preview's first pass over all nodes once a second.
 *
 * @param walks what each node has found so far
 * @param threads those that run the nodes, in the same order
 */
record PreviewProgress(List<EventBuffer> walks, List<Thread> threads, InternalEvent.Sink sink) {
  private static final Duration BETWEEN = Duration.ofSeconds(1);

  /** Returns when every node is through. */
  void toItsEnd() {
    long start = System.nanoTime();
    long next = start + BETWEEN.toNanos();
    for (Thread thread : threads) {
      while (!ends(thread, next - System.nanoTime())) {
        sink.on(
            new Event.ReadingState(
                now(), threads.size(), Duration.ofNanos(System.nanoTime() - start)));
        next += BETWEEN.toNanos();
      }
    }
  }

  private static boolean ends(Thread thread, long nanos) {
    try {
      return thread.join(Duration.ofNanos(Math.max(1, nanos)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("nothing here interrupts threads", e);
    }
  }

  private List<Event.At> now() {
    return IntStream.range(0, threads.size())
        .filter(i -> threads.get(i).isAlive())
        .mapToObj(i -> walks.get(i).at())
        .flatMap(Optional::stream)
        .toList();
  }
}
