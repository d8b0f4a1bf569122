package io.rdpg.plan.world.reach;

import io.rdpg.plan.diag.Code;
import io.rdpg.plan.diag.Diagnostic;
import io.rdpg.plan.diag.Failure;
import io.rdpg.plan.world.Cancellation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A shell that lives as long as its node is worked on and runs one script after another, each in a
 * subshell. A look costs one round trip: no new channel, no login shell, no start of a program.
 *
 * <p>A request is {@code MARK LINES BYTES}, so many lines of script, so many bytes of input, and
 * {@code MARK} again; the mark is random. The input goes through a pipe whose end is drained, so
 * that a script may leave it unread; the second mark shows the loop that both ends still agree, and
 * it ends itself when they don't: input is never taken for a script. A reply stands between {@code
 * MARK<} and {@code MARK>EXIT} on stdout, and between the same without the exit code on stderr.
 * Scripts and input travel through the pipe only, so no list of processes shows them.
 *
 * <p>A script that is cancelled gets TERM, with all processes of the shell's group (a child that an
 * earlier script left behind in that group, too), again until it ends. The loop survives that, and
 * so does what drains the input: no reply comes before the script's end. What doesn't end is
 * killed, and the next script gets a new shell.
 */
public final class FramedShell implements AutoCloseable {
  /** More output than this is an error of the script. */
  static final int LIMIT = 64 << 20;

  private static final Duration OPENING = Duration.ofSeconds(15);
  private static final Duration GRACE = Duration.ofSeconds(3);

  /** A process that is just being forked may miss a signal that all of its group get. */
  private static final Duration AGAIN = Duration.ofMillis(500);

  /**
   * One line without single quotes, backslash quotes or {@code !}, so that login shells of every
   * kind hand it to {@code sh} unchanged. System administration commands are found as well.
   */
  private static final String LOOP =
      String.join(
          " ",
          "trap : TERM; PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin; nl=$(printf \"\\nx\"); nl=${nl%x};",
          "while read -r mark lines bytes; do script=;",
          "while [ \"$lines\" -gt 0 ]; do IFS= read -r line || exit 1;",
          "script=$script$line$nl; lines=$((lines - 1)); done;",
          "printf \"\\n%s<\\n\" \"$mark\"; printf \"\\n%s<\\n\" \"$mark\" >&2;",
          "if [ \"$bytes\" -gt 0 ]; then",
          "head -c \"$bytes\" | ( trap : TERM; ( eval \"$script\" ); rc=$?; cat >/dev/null; exit \"$rc\" );",
          "else ( eval \"$script\" ) </dev/null; fi; rc=$?;",
          "IFS= read -r line; [ \"$line\" = \"$mark\" ] || exit 1;",
          "printf \"\\n%s>%s\\n\" \"$mark\" \"$rc\"; printf \"\\n%s>\\n\" \"$mark\" >&2; done");

  private static final String COMMAND = "exec sh -c '" + LOOP + "'";

  private static final Reach.Script PROCESS_GROUP =
      new Reach.Script("{ read -r _ _ _ _ g _ </proc/$$/stat; } 2>/dev/null; echo \"${g:-$$}\"");

  private final ShellHost host;
  private final SecureRandom random = new SecureRandom();
  private final ReentrantLock turn = new ReentrantLock(true);
  private volatile boolean closed;
  private volatile @Nullable Shell shell;

  public FramedShell(ShellHost host) {
    this.host = host;
  }

  /**
   * Runs a script, after those that others asked for earlier; see {@link Reach#run}.
   *
   * @throws Failure as {@link Reach#run} says
   */
  public Reach.Reply run(Reach.Script script, Cancellation cancellation) {
    awaitTurn(cancellation);
    try {
      cancellation.check();
      Shell shell = open(cancellation);
      Ending ending = new Ending(shell);
      Reach.@Nullable Reply reply;
      try (var _ = cancellation.onCancel(ending::begin)) {
        reply = exchange(shell, script, null);
      } finally {
        ending.over();
      }
      if (reply == null) {
        kill(shell);
        cancellation.check();
        throw lost();
      }
      if (cancellation.cancelled()) {
        keepIfSound(shell);
        cancellation.check();
      }
      return reply;
    } finally {
      turn.unlock();
    }
  }

  private void awaitTurn(Cancellation cancellation) {
    try {
      do {
        cancellation.check();
      } while (!turn.tryLock(50, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("nothing here interrupts threads", e);
    }
  }

  private Shell open(Cancellation cancellation) {
    Shell present = shell;
    if (present != null && !present.dead()) {
      return present;
    }
    if (present != null) {
      present.drop();
    }
    if (closed) {
      throw new IllegalStateException("closed");
    }
    Shell fresh = new Shell();
    fresh.start(cancellation);
    Reach.@Nullable Reply reply;
    try (var _ = cancellation.onCancel(fresh::drop)) {
      reply = exchange(fresh, PROCESS_GROUP, OPENING);
    }
    if (reply == null || reply.exit() != 0) {
      String said = fresh.said();
      fresh.drop();
      cancellation.check();
      throw Diagnostic.of(Code.UNREACHABLE, "the node gives no shell" + said)
          .withHint("see that the user may log in and run sh there: ssh USER@HOST sh -c true")
          .orOn(host.node())
          .failure();
    }
    fresh.group = Long.parseLong(reply.out().strip());
    shell = fresh;
    if (closed) {
      close();
    }
    return fresh;
  }

  /**
   * @param patience how long to wait for the reply; null for as long as the shell lives
   * @return null when the shell is lost
   */
  private Reach.@Nullable Reply exchange(
      Shell shell, Reach.Script script, @Nullable Duration patience) {
    String mark = word();
    shell.expect(mark);
    try {
      shell.running().send(request(mark, script));
    } catch (IOException e) {
      // A script whose input it left unread may have ended well before the shell did.
    }
    return shell.await(patience);
  }

  private String word() {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static byte[] request(String mark, Reach.Script script) {
    if (script.text().indexOf('\0') >= 0) {
      throw Failure.of(Code.BAD_ARGUMENT_VALUE, "no path and no word of a command can hold a NUL");
    }
    long lines = script.text().chars().filter(c -> c == '\n').count() + 1;
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(utf8(mark + " " + lines + " " + script.stdin().length + "\n"));
    request.writeBytes(utf8(script.text() + "\n"));
    request.writeBytes(script.stdin());
    request.writeBytes(utf8(mark + "\n"));
    return request.toByteArray();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A TERM may also have hit the loop while it read. */
  private void keepIfSound(Shell shell) {
    if (exchange(shell, new Reach.Script(":"), GRACE) == null) {
      kill(shell);
    }
  }

  private void kill(Shell lost) {
    host.signal("KILL", lost.group);
    lost.drop();
  }

  private Failure lost() {
    return Diagnostic.of(Code.CONNECTION_LOST, "the node's shell was lost while a script ran")
        .withHint("run again: what was left half done is seen and finished")
        .orOn(host.node())
        .failure();
  }

  /** Ends the shell. What its scripts left running on purpose goes on. */
  @Override
  public void close() {
    closed = true;
    Shell present = shell;
    if (present != null) {
      present.drop();
    }
  }

  /**
   * The end of a script that is cancelled: TERM to all that the shell runs; KILL to what takes no
   * notice. Done on a thread of its own, since whoever cancels has no time, and waited for, since
   * the next script must not be hit.
   */
  private final class Ending {
    private final Shell shell;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean over;
    private @Nullable Thread thread;

    Ending(Shell shell) {
      this.shell = shell;
    }

    void begin() {
      lock.lock();
      try {
        if (!over) {
          thread = Thread.ofVirtual().start(this::end);
        }
      } finally {
        lock.unlock();
      }
    }

    private void end() {
      for (Duration left = GRACE; left.isPositive(); left = left.minus(AGAIN)) {
        host.signal("TERM", shell.group);
        if (shell.replied(AGAIN)) {
          return;
        }
      }
      kill(shell);
    }

    void over() {
      Thread begun;
      lock.lock();
      try {
        over = true;
        begun = thread;
      } finally {
        lock.unlock();
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

  /** One shell, from its start to its end. */
  private final class Shell {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Collector out = new Collector(lock, changed, LIMIT);
    private final Collector err = new Collector(lock, changed, LIMIT);
    private ShellHost.@Nullable Running running;
    private boolean dropped;
    private volatile long group;

    void start(Cancellation cancellation) {
      running = host.start(COMMAND, out, err, cancellation);
    }

    ShellHost.Running running() {
      return Objects.requireNonNull(running);
    }

    void expect(String mark) {
      out.expect(mark);
      err.expect(mark);
    }

    Reach.@Nullable Reply await(@Nullable Duration patience) {
      long deadline = patience == null ? Long.MAX_VALUE : System.nanoTime() + patience.toNanos();
      lock.lock();
      try {
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
        return new Reach.Reply(exit, out.content(), err.content());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("nothing here interrupts threads", e);
      } finally {
        lock.unlock();
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
      lock.lock();
      try {
        long nanos = patience.toNanos();
        while (!whole() && !lost() && nanos > 0) {
          nanos = changed.awaitNanos(nanos);
        }
        return whole() || lost();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      } finally {
        lock.unlock();
      }
    }

    boolean dead() {
      lock.lock();
      try {
        return lost() || running().ended();
      } finally {
        lock.unlock();
      }
    }

    /** The first line that came instead of a reply, for a message. */
    String said() {
      lock.lock();
      try {
        return new String(err.content(), StandardCharsets.UTF_8)
            .lines()
            .filter(line -> !line.isBlank())
            .findFirst()
            .map(line -> ": " + line.strip())
            .orElse("");
      } finally {
        lock.unlock();
      }
    }

    void drop() {
      lock.lock();
      try {
        dropped = true;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
      running().close();
    }
  }
}
