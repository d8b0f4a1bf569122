package io.rdpg.plan.target.shell;

import io.rdpg.plan.system.Mutex;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Terminates a cancelled script: TERM to all processes of the shell, then KILL. Runs on a thread of
 * its own, since cancelling must not block, and is waited for, since the next script must not be
 * hit.
 */
final class ScriptTermination {
  private static final Duration GRACE = Duration.ofSeconds(3);

  /** A process that is just being forked may miss a signal that all of its group get. */
  private static final Duration AGAIN = Duration.ofMillis(500);

  private final OpenShell shell;
  private final Mutex lock = new Mutex();
  private boolean over;
  private @Nullable Thread thread;

  ScriptTermination(OpenShell shell) {
    this.shell = shell;
  }

  /** Begins to end the script, unless it is over. */
  void begin() {
    try (var _ = lock.hold()) {
      if (!over) {
        thread = Thread.ofVirtual().start(this::end);
      }
    }
  }

  private void end() {
    for (Duration left = GRACE; left.isPositive(); left = left.minus(AGAIN)) {
      boolean _ = shell.signal("TERM");
      if (shell.replied(AGAIN)) {
        return;
      }
    }
    boolean _ = shell.kill();
  }

  /** The script is over: waits until nothing more is sent. */
  void over() {
    Thread begun;
    try (var _ = lock.hold()) {
      over = true;
      begun = thread;
    }
    if (begun != null) {
      join(begun);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
