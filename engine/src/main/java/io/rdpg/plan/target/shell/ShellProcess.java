package io.rdpg.plan.target.shell;

/**
 * A shell's process on a node.
 *
 * @param pid its process id
 * @param group its process group, which what it runs is in, too
 */
public record ShellProcess(long pid, long group) {
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
    [ "$l" = " " ] || kill -s %3$s $l; else kill -s %3$s -- -%2$d; fi\
    """
        .formatted(pid, group, signal, kill ? "kill -s STOP $q;" : "", kill ? "$r" : "");
  }
}
