package io.rdpg.plan.target.files;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.shell.ShellQuote;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;

/**
 * Sends a service the signal that makes it reload, once the service handles it. A service that has
 * only just started may still ignore the signal, which is then lost, or be killed by it; {@code
 * /proc/PID/status} shows that ({@code proc_pid_status(5)}).
 *
 * @param run runs a script on the node
 * @param patience how long the service may need until it handles the signal
 */
record ReloadSignal(
    String service,
    Effect.How.Signal how,
    Function<String, ScriptBatch.Section> run,
    Duration patience,
    Cancellation cancellation) {
  private static final int NO_PROCESS = 3;
  private static final int IGNORED = 4;
  private static final int BLOCKED = 5;
  private static final int WOULD_END = 6;

  /**
   * Signals that kill a process without a handler, which is never intended ({@code signal(7)}).
   * Their numbers are the same wherever Linux runs but on Alpha, MIPS, PA-RISC and SPARC.
   */
  private static final Map<String, Integer> NUMBERS = Map.of("HUP", 1, "USR1", 10, "USR2", 12);

  /** Wants pid and bit, and takes the low half of a mask of 64 bits, which every sh can count. */
  private static final String TAKES =
      """
      in_mask() {
        m=$(sed -n "s/^$1:.*\\(.\\{8\\}\\)$/\\1/p" "/proc/$pid/status" 2>/dev/null)
        [ $((0x${m:-0} >> bit & 1)) = 1 ]
      }
      if [ -r "/proc/$pid/status" ] && ! in_mask SigCgt; then
        ! in_mask SigBlk || exit 5
        ! in_mask SigIgn || exit 4
        exit 6
      fi
      """;

  /**
   * Sends it.
   *
   * @throws Failure with {@code reload_failed} when there is no such process, when it may not be
   *     signalled, or when it doesn't come to take the signal
   */
  void send() {
    PollLoop polling = new PollLoop(patience, cancellation);
    boolean blocked = false;
    while (true) {
      ScriptBatch.Section section = run.apply(script(true));
      if (section.exit() == BLOCKED && blocked) {
        section = run.apply(script(false)); // it fetches its signals itself: signalfd(2)
      }
      blocked = section.exit() == BLOCKED;
      if (section.exit() == 0) {
        return;
      }
      boolean notYet = blocked || section.exit() == IGNORED || section.exit() == WOULD_END;
      if (!notYet || !polling.goesOn()) {
        throw failure(section);
      }
    }
  }

  private String script(boolean careful) {
    Integer number = NUMBERS.get(name());
    return "pid=\npid_in %s\n[ -n \"$pid\" ] || exit %d\n%skill -s %s \"$pid\""
        .formatted(
            ShellQuote.word(how.pidFile()),
            NO_PROCESS,
            careful && number != null ? "bit=" + (number - 1) + "\n" + TAKES : "",
            ShellQuote.word(name()));
  }

  private String name() {
    return how.signal().startsWith("SIG") ? how.signal().substring(3) : how.signal();
  }

  private Failure failure(ScriptBatch.Section section) {
    return switch (section.exit()) {
      case NO_PROCESS ->
          failed(
              "%s names no process of %s".formatted(how.pidFile(), service),
              "check that %s is running and that the user (ansible_user, or become_user) may signal it"
                  .formatted(service));
      case IGNORED ->
          failed(
              "%s ignores %s".formatted(service, name()),
              "check which signal makes it reload; a process started by nohup ignores HUP");
      case WOULD_END ->
          failed(
              "%s would be killed by %s: it has no handler for it".formatted(service, name()),
              "check which signal makes it reload, and that %s names the right process"
                  .formatted(how.pidFile()));
      default ->
          failed(
              "could not send %s to %s by %s: %s"
                  .formatted(name(), service, how.pidFile(), section.said()),
              "check that %s is running and that the user (ansible_user, or become_user) may signal it"
                  .formatted(service));
    };
  }

  private static Failure failed(String message, String hint) {
    return Failure.of(Code.RELOAD_FAILED, message, hint);
  }
}
