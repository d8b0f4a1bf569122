package io.rdpg.plan.system;

/** Waits for threads, which nothing here interrupts. */
public final class Threads {
  private Threads() {}

  /** Waits for a thread's end. */
  public static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("nothing here interrupts threads", e);
    }
  }
}
