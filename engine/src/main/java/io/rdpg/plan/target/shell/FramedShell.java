package io.rdpg.plan.target.shell;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Durations;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.Traffic;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Runs scripts one after another in one shell on the node, each in a subshell. A read costs one
 * round trip: no new channel, no login shell, no new process.
 *
 * <p>A request is {@code MARK LINES BYTES}, so many lines of script, so many bytes of input, and
 * {@code MARK} again; the mark is random. The input goes through a pipe whose end is drained, so
 * that a script may leave it unread; with the second mark the loop checks that both ends are in
 * step, and it ends when they aren't: input is never taken for a script. A reply is between {@code
 * MARK<} and {@code MARK>EXIT} on stdout, and between the same without the exit code on stderr.
 * Scripts and input travel through the pipe only, so no list of processes shows them.
 *
 * <p>A script that is cancelled gets TERM, with all that it runs but not with what an earlier
 * script left running, again until it ends. The script's own shell waits for the command that it
 * runs, so that nobody takes a command for ended that takes its time, or no notice. What passes the
 * input on and what drains it survive, so that the next script finds both ends in step; and so does
 * the loop, where it is hit. What doesn't end is killed, and the next script gets a new shell.
 */
final class FramedShell implements AutoCloseable {
  private static final Duration SOUND = Duration.ofSeconds(3);

  /**
   * As {@link UserShell#start} wants it. System administration commands are found as well. A TERM
   * that comes while it waits for a request ends the read, not the loop.
   */
  private static final String LOOP =
      String.join(
          " ",
          "trap \"hit=1\" TERM; PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin; nl=$(printf \"\\nx\"); nl=${nl%x};",
          "while hit=; read -r mark lines bytes || [ \"$hit\" ]; do [ \"$lines\" ] || continue; script=;",
          "while [ \"$lines\" -gt 0 ]; do IFS= read -r line || exit 1;",
          "script=$script$line$nl; lines=$((lines - 1)); done;",
          "printf \"\\n%s<\\n\" \"$mark\"; printf \"\\n%s<\\n\" \"$mark\" >&2;",
          "if [ \"$bytes\" -gt 0 ]; then",
          "{ trap \"\" TERM; exec head -c \"$bytes\"; } |",
          "( trap : TERM; ( trap \"exit 143\" TERM; eval \"$script\" ); rc=$?; trap \"\" TERM; cat >/dev/null; exit \"$rc\" );",
          "else ( trap \"exit 143\" TERM; eval \"$script\" ) </dev/null; fi; rc=$?;",
          "IFS= read -r line; [ \"$line\" = \"$mark\" ] || exit 1;",
          "printf \"\\n%s>%s\\n\" \"$mark\" \"$rc\"; printf \"\\n%s>\\n\" \"$mark\" >&2; done");

  private final UserShell user;
  private final Traffic.Counter counter;
  private final SecureRandom random = new SecureRandom();
  private final ReentrantLock turn = new ReentrantLock(true);
  private volatile boolean closed;
  private volatile @Nullable OpenShell shell;

  /**
   * @param counter counts what is asked of it
   */
  FramedShell(UserShell user, Traffic.Counter counter) {
    this.user = user;
    this.counter = counter;
  }

  /**
   * Runs a script, after those that others asked for earlier; see {@link Transport#run}.
   *
   * @throws Failure as {@link Transport#run} says
   */
  public Transport.Reply run(
      Transport.Script script, Transport.Listener listener, Cancellation cancellation) {
    awaitTurn(cancellation);
    try {
      cancellation.check();
      OpenShell shell = open(cancellation);
      ScriptTermination ending = new ScriptTermination(shell);
      Transport.@Nullable Reply reply;
      try (var _ = cancellation.onCancel(ending::begin);
          var _ = counter.request()) {
        counter.forked(script.forks());
        reply = exchange(shell, script, listener, null);
      } finally {
        ending.over();
      }
      if (reply == null) {
        boolean ended = shell.kill();
        checkCancelled(cancellation, ended, shell);
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

  private OpenShell open(Cancellation cancellation) {
    OpenShell present = shell;
    if (present != null && !present.dead()) {
      return present;
    }
    if (present != null) {
      present.drop();
    }
    if (closed) {
      throw new IllegalStateException("closed");
    }
    OpenShell fresh = Admitted.at(user.host(), cancellation, () -> start(cancellation));
    shell = fresh;
    if (closed) {
      close();
    }
    return fresh;
  }

  private OpenShell start(Cancellation cancellation) {
    OpenShell fresh = new OpenShell(user);
    String mark = word();
    long begun = System.nanoTime();
    // Before it starts: what a node says in place of a shell may come at once.
    fresh.expect(mark, Transport.Listener.NONE);
    fresh.start(LOOP, cancellation);
    Transport.@Nullable Reply reply;
    try (var _ = cancellation.onCancel(fresh::drop)) {
      reply = exchange(fresh, mark, ShellProcess.FIND, user.host().startTimeout());
    }
    if (reply == null || reply.exit() != 0) {
      String said = fresh.said();
      fresh.drop();
      cancellation.check();
      throw notStarted(said, Duration.ofNanos(System.nanoTime() - begun));
    }
    fresh.is(ShellProcess.parse(reply.out()));
    counter.connected();
    return fresh;
  }

  private Failure notStarted(String said, Duration after) {
    boolean tooSlow = after.compareTo(user.host().startTimeout()) >= 0;
    return Diagnostic.of(
            Code.UNREACHABLE,
            "could not start a shell on the node"
                + (tooSlow ? " within " + Durations.show(user.host().startTimeout()) : "")
                + said)
        .withHint(
            tooSlow
                ? "see what the user's rc files do there" + user.host().load()
                : "check that the user can log in and run sh there: ssh USER@HOST sh -c true")
        .orOn(user.host().node())
        .failure();
  }

  /**
   * @param patience how long to wait for the reply; null for as long as the shell lives
   * @return null when the shell is lost
   */
  private Transport.@Nullable Reply exchange(
      OpenShell shell,
      Transport.Script script,
      Transport.Listener listener,
      @Nullable Duration patience) {
    String mark = word();
    shell.expect(mark, listener);
    return exchange(shell, mark, script, patience);
  }

  private Transport.@Nullable Reply exchange(
      OpenShell shell, String mark, Transport.Script script, @Nullable Duration patience) {
    byte[] request = request(mark, script);
    counter.sent(request.length);
    try {
      shell.send(request);
    } catch (IOException e) {
      // A script whose input it left unread may have ended well before the shell did.
    }
    Transport.@Nullable Reply reply = shell.await(patience);
    if (reply != null) {
      counter.received(reply.stdout().length + reply.stderr().length);
    }
    return reply;
  }

  private String word() {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static byte[] request(String mark, Transport.Script script) {
    if (script.text().indexOf('\0') >= 0) {
      throw Failure.of(
          Code.BAD_ARGUMENT_VALUE, "paths and arguments of commands can't contain a NUL");
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
  private void keepIfSound(OpenShell shell) {
    if (exchange(shell, new Transport.Script(":"), Transport.Listener.NONE, SOUND) == null) {
      boolean _ = shell.kill();
    }
  }

  /**
   * @throws Failure with the reason, and with what is left on the node
   */
  private static void checkCancelled(Cancellation cancellation, boolean ended, OpenShell shell) {
    try {
      cancellation.check();
    } catch (Failure cancelled) {
      Diagnostic why = cancelled.diagnostic();
      throw ended
          ? cancelled
          : new Failure(
              new Diagnostic(
                  why.code(),
                  why.message()
                      + "; what ran there could not be ended, and may go on (process group "
                      + shell.process().group()
                      + ")",
                  why.at(),
                  why.node(),
                  why.hint()),
              cancelled);
    }
  }

  private Failure lost() {
    return Diagnostic.of(
            Code.CONNECTION_LOST, "the connection to the node's shell was lost while a script ran")
        .withHint("run the plan again: it completes what is unfinished")
        .orOn(user.host().node())
        .failure();
  }

  /** Ends the shell. What its scripts left running on purpose keeps running. */
  @Override
  public void close() {
    closed = true;
    OpenShell present = shell;
    if (present != null) {
      present.drop();
    }
  }
}
