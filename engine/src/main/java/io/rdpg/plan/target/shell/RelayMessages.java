package io.rdpg.plan.target.shell;

import io.rdpg.plan.system.Mutex;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.regex.Pattern;

/**
 * What a program that passes on a connection says on stderr: whether it is connected, or why not.
 * Closed when the program has ended. Safe for use by many threads.
 */
public final class RelayMessages extends OutputStream {
  private static final int LIMIT = 8 << 10;

  private final Pattern connected;
  private final Mutex lock = new Mutex();
  private final Condition changed = lock.newCondition();
  private final StringBuilder said = new StringBuilder();
  private boolean ended;

  /**
   * @param connected found in what it says once it is connected
   */
  public RelayMessages(Pattern connected) {
    this.connected = connected;
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    try (var _ = lock.hold()) {
      if (said.length() < LIMIT) {
        said.append(new String(bytes, offset, length, StandardCharsets.ISO_8859_1));
      }
      changed.signalAll();
    }
  }

  @Override
  public void close() {
    try (var _ = lock.hold()) {
      ended = true;
      changed.signalAll();
    }
  }

  /**
   * Waits until it is connected.
   *
   * @return false when it ended, or nothing came in time
   * @throws IOException when the thread is interrupted
   */
  public boolean awaitConnected(Duration timeout) throws IOException {
    long nanos = timeout.toNanos();
    try (var _ = lock.hold()) {
      while (!connected.matcher(said).find()) {
        if (ended || nanos <= 0) {
          return false;
        }
        nanos = changed.awaitNanos(nanos);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Its last words, without socat's note that it ends. */
  public String error() {
    try (var _ = lock.hold()) {
      return said.toString()
          .lines()
          .filter(line -> !line.contains(" N exit("))
          .reduce("no answer in time", (_, line) -> line);
    }
  }
}
