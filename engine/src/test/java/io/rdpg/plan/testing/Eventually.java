package io.rdpg.plan.testing;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Waits for a condition instead of sleeping and hoping. */
public final class Eventually {
  private Eventually() {}

  /** What is waited for; as long as it throws an exception, it doesn't hold. */
  public interface Condition {
    boolean holds() throws Exception;
  }

  /**
   * Returns as soon as the condition holds.
   *
   * @throws AssertionError when it doesn't {@link TestDeadlines#SOON soon}, or throws one
   */
  public static void holds(String what, Condition condition) {
    holds(what, TestDeadlines.SOON, condition);
  }

  /**
   * Returns as soon as the condition holds.
   *
   * @throws AssertionError at the deadline, or when the condition throws one
   */
  public static void holds(String what, Duration deadline, Condition condition) {
    long end = System.nanoTime() + deadline.toNanos();
    @Nullable Exception last = null;
    while (true) {
      try {
        if (condition.holds()) {
          return;
        }
      } catch (Exception e) {
        last = e;
      }
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("not within " + deadline + ": " + what, last);
      }
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }
  }
}
