package io.rdpg.plan.target.shell;

import io.rdpg.plan.system.Mutex;
import io.rdpg.plan.target.Cancellation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;

/**
 * Follows what is printed on stderr while a user is become: sees the prompts, and the line by which
 * the new user's shell says that it is there. From then on everything is passed on. Safe for use by
 * many threads.
 */
final class BecomeDialogue extends OutputStream {
  private static final Duration TICK = Duration.ofMillis(100);

  /** Only waited for while a child keeps the output open, or the node is very slow. */
  private static final int LAST_WORDS = 50;

  private final BecomeCommand command;
  private final String greeting;
  private final OutputStream behind;
  private final Mutex lock = new Mutex();
  private final Condition changed = lock.newCondition();
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private boolean greeted;
  private boolean closed;
  private int asked;
  private int answered;

  /**
   * @param greeting the line that the new user's shell prints first
   * @param behind gets what is printed after it
   */
  BecomeDialogue(BecomeCommand command, String greeting, OutputStream behind) {
    this.command = command;
    this.greeting = greeting;
    this.behind = behind;
  }

  /** What comes next. */
  enum Turn {
    /** A password is asked for. */
    ASKS,
    /** The new user's shell is there. */
    THERE,
    /** Nothing more will be said. */
    OVER,
    /** Nothing has been said for too long. */
    SILENT
  }

  /**
   * Waits for what comes next.
   *
   * @param running what is followed
   * @throws io.rdpg.plan.language.diagnostic.Failure when it is cancelled
   */
  Turn next(ShellHost.Running running, Duration patience, Cancellation cancellation) {
    long deadline = System.nanoTime() + patience.toNanos();
    try (var _ = lock.hold()) {
      // What a process printed may come after the news of its end, on a busy connection much later.
      for (int endedFor = 0; endedFor < LAST_WORDS; endedFor += running.ended() ? 1 : 0) {
        cancellation.check();
        if (greeted) {
          return Turn.THERE;
        }
        if (asked > answered) {
          answered = asked;
          return Turn.ASKS;
        }
        if (closed) {
          return Turn.OVER;
        }
        if (System.nanoTime() > deadline) {
          return Turn.SILENT;
        }
        boolean _ = changed.await(TICK.toMillis(), TimeUnit.MILLISECONDS);
      }
      return Turn.OVER;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("nothing here interrupts threads", e);
    }
  }

  /** What was printed since the first prompt, without prompts. */
  String said() {
    try (var _ = lock.hold()) {
      return said.toString(StandardCharsets.UTF_8);
    }
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    byte[] rest;
    try (var _ = lock.hold()) {
      if (closed) {
        return; // whoever reads the connection for all is not to be hit by what comes late
      }
      if (greeted) {
        rest = Arrays.copyOfRange(bytes, offset, offset + length);
      } else {
        said.write(bytes, offset, length);
        rest = follow();
      }
    }
    behind.write(rest, 0, rest.length);
  }

  /** What is behind the greeting, if it has come. */
  private byte[] follow() {
    String all = said.toString(StandardCharsets.ISO_8859_1); // a character a byte
    String line = greeting + "\n";
    int at = all.indexOf(line);
    if (at >= 0) {
      greeted = true;
      changed.signalAll();
      return all.substring(at + line.length()).getBytes(StandardCharsets.ISO_8859_1);
    }
    int end = all.lastIndexOf('\n') + 1;
    if (command.asks(all.substring(end))) {
      said.reset();
      if (asked++ > 0) {
        // Before the first one are greetings and lectures, before others what was wrong.
        said.writeBytes(all.substring(0, end).getBytes(StandardCharsets.ISO_8859_1));
      }
      changed.signalAll();
    }
    return new byte[0];
  }

  @Override
  public void close() throws IOException {
    try (var _ = lock.hold()) {
      closed = true;
      changed.signalAll();
    }
    behind.close();
  }
}
