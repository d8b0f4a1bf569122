package io.rdpg.plan.target.live;

import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.system.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Reads that go on at the same time; used by one thread, which waits for all at the end. */
final class ParallelReads implements AutoCloseable {
  private final List<Thread> threads = new ArrayList<>();
  private final Queue<RuntimeException> failures = new ConcurrentLinkedQueue<>();

  /**
   * Starts one.
   *
   * @param needed whether its failure is the caller's; else what it was to answer stays unanswered
   */
  void start(boolean needed, Runnable reads) {
    threads.add(
        Thread.ofVirtual()
            .name(Thread.currentThread().getName())
            .start(() -> {
              try {
                reads.run();
              } catch (Failure failed) {
                if (needed) {
                  failures.add(failed);
                }
              } catch (RuntimeException bug) {
                failures.add(bug);
              }
            }));
  }

  /**
   * Waits for all of them.
   *
   * @throws Failure when one failed that was needed
   */
  @Override
  public void close() {
    threads.forEach(Threads::join);
    RuntimeException failed = failures.peek();
    if (failed != null) {
      throw failed;
    }
  }
}
