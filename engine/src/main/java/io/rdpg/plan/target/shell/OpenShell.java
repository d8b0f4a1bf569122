package io.rdpg.plan.target.shell;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.system.Mutex;
import io.rdpg.plan.target.Cancellation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/** One shell on a node, from its start to its end. Safe for use by many threads. */
final class OpenShell {
  /** More output than this is an error of the script. */
  static final int LIMIT = 64 << 20;

  private final UserShell user;
  private final Mutex lock = new Mutex();
  private final Condition changed = lock.newCondition();
  private final ReplyParser out = new ReplyParser(lock, changed, LIMIT);
  private final ReplyParser err = new ReplyParser(lock, changed, LIMIT);
  private ShellHost.@Nullable Running running;
  private boolean dropped;
  private volatile @Nullable ShellProcess process;

  /** Whether all that it runs has been killed. */
  private volatile boolean killed;

  OpenShell(UserShell user) {
    this.user = user;
  }

  /**
   * Starts it.
   *
   * @param script as {@link UserShell#start} wants it
   * @throws Failure when the node can't be used or it was cancelled
   */
  void start(String script, Cancellation cancellation) {
    running = user.start(script, out, err, cancellation);
  }

  /** Says which process it is, once that is known. */
  void is(ShellProcess itself) {
    process = itself;
  }

  /**
   * Sends a signal to all that the shell runs.
   *
   * @param signal its name without SIG
   * @return false when it may not have come there
   */
  boolean signal(String signal) {
    return user.signal(signal, process());
  }

  /**
   * Ends it, with all that it runs; false when that may go on. A second time nothing is left to
   * kill: closing it while input is on its way may have ended the connection.
   */
  boolean kill() {
    killed = killed || signal("KILL");
    drop();
    return killed;
  }

  /** Its process, once it has started. */
  ShellProcess process() {
    return Objects.requireNonNull(process);
  }

  private ShellHost.Running running() {
    return Objects.requireNonNull(running);
  }

  /**
   * Gives it input.
   *
   * @throws IOException when it takes no more
   */
  void send(byte[] input) throws IOException {
    running().send(input);
  }

  /**
   * Starts collecting the reply between these marks.
   *
   * @param listener gets its stdout as it comes
   */
  void expect(String mark, Transport.Listener listener) {
    out.expect(mark, listener);
    err.expect(mark, Transport.Listener.NONE);
  }

  /**
   * The reply that is expected.
   *
   * @param patience how long to wait for it; null for as long as the shell lives
   * @return null when it doesn't come
   * @throws Failure when it is longer than {@link #LIMIT}
   */
  Transport.@Nullable Reply await(@Nullable Duration patience) {
    long deadline = patience == null ? Long.MAX_VALUE : System.nanoTime() + patience.toNanos();
    try (var _ = lock.hold()) {
      int endedFor = 0;
      while (!whole()) {
        if (lost() || (patience != null && System.nanoTime() > deadline)) {
          return null;
        }
        // A killed loop whose child still holds the output gives no end of file.
        endedFor = running().ended() ? endedFor + 1 : 0;
        if (endedFor > 2) {
          return null;
        }
        boolean _ = changed.await(250, TimeUnit.MILLISECONDS);
      }
      if (out.overflowed() || err.overflowed()) {
        throw Failure.of(
            Code.COMMAND_FAILED, "a script printed more than " + (LIMIT >> 20) + " MiB");
      }
      int exit = Integer.parseInt(Objects.requireNonNull(out.tail()));
      return new Transport.Reply(exit, out.content(), err.content());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("nothing here interrupts threads", e);
    }
  }

  private boolean whole() {
    return out.tail() != null && err.tail() != null;
  }

  private boolean lost() {
    return dropped || out.closed() || err.closed();
  }

  /** Whether the script ended within a while, or the shell with it. */
  boolean replied(Duration patience) {
    try (var _ = lock.hold()) {
      long nanos = patience.toNanos();
      while (!whole() && !lost() && nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
      return whole() || lost();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  boolean dead() {
    try (var _ = lock.hold()) {
      return lost() || running().ended();
    }
  }

  /** The first line that came instead of a reply, for a message. */
  String said() {
    try (var _ = lock.hold()) {
      return new String(err.content(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank())
          .findFirst()
          .map(line -> ": " + line.strip())
          .orElse("");
    }
  }

  /** Closes it. */
  void drop() {
    try (var _ = lock.hold()) {
      dropped = true;
      changed.signalAll();
    }
    running().close();
  }
}
