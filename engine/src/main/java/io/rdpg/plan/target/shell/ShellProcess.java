package io.rdpg.plan.target.shell;

/**
 * A shell's process on a node.
 *
 * @param pid its process id
 * @param group its process group, which what it runs is in, too
 */
public record ShellProcess(long pid, long group) {
  /** What the script that kills exits with when something of it goes on. */
  public static final int SOME_GO_ON = 9;

  /** Waits until all in l are gone, or zombies; their names may hold spaces and parentheses. */
  private static final String ANY_LEFT =
      """
      n=0; while a=; for q in $l; do s=; { read -r s </proc/$q/stat; } 2>/dev/null; \
      case ${s##*) } in "" | Z* | X*) ;; *) a=1 ;; esac; done; \
      [ "$a" ] && [ $n -lt 10 ]; do n=$((n + 1)); sleep 0.1; done; [ -z "$a" ] || exit %d\
      """
          .formatted(SOME_GO_ON);

  static final Transport.Script FIND =
      new Transport.Script(
          "{ read -r _ _ _ _ g _ </proc/$$/stat; } 2>/dev/null; echo \"$$ ${g:-$$}\"");

  /** Reads what {@link #FIND} prints. */
  static ShellProcess parse(String printed) {
    String[] words = printed.strip().split(" ", 2);
    return new ShellProcess(Long.parseLong(words[0]), Long.parseLong(words[1]));
  }

  /**
   * The script that sends a signal to all that the shell runs now, and KILL to itself as well. What
   * an earlier script left running has lost its parent, so it is no descendant and isn't hit.
   *
   * <p>It looks again until it finds nothing new, for what was just being forked; before KILL all
   * are stopped, so that this ends. Where the kernel lists no children (proc_pid_task(5)), or the
   * shell itself has ended, the whole group gets the signal.
   *
   * <p>What a command runs as root by itself, as sudo does, may not be killed by its user: the
   * script exits with {@link #SOME_GO_ON} when any of them is still there after a second.
   *
   * @param signal its name without SIG
   * @return one line without single quotes, backslashes and {@code !}
   */
  public String signalling(String signal) {
    boolean kill = signal.equals("KILL");
    return """
    r=%1$d; l=" "; g=; { read -r _ _ _ _ g _ </proc/$r/stat; } 2>/dev/null; \
    c() { for t in /proc/$1/task/*/children; do k=; { read -r k <"$t"; } 2>/dev/null; for q in $k; do \
    case $l in *" $q "*) ;; *) l="$l$q "; %4$s esac; c $q; done; done; }; \
    if [ "$g" = %2$d ] && [ -r /proc/$r/task/$r/children ]; then \
    until o=$l; c $r; [ "$o" = "$l" ]; do :; done; l="%5$s$l"; \
    [ "$l" = " " ] || kill -s %3$s $l; else kill -s %3$s -- -%2$d; fi%6$s\
    """
        .formatted(
            pid,
            group,
            signal,
            kill ? "kill -s STOP $q;" : "",
            kill ? "$r" : "",
            kill ? "; " + ANY_LEFT : "");
  }
}
