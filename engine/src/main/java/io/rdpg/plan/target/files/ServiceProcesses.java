package io.rdpg.plan.target.files;

import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.shell.ShellQuote;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds a running service's process on Linux ({@code proc(5)}). */
final class ServiceProcesses {
  /**
   * {@code process PID} prints {@code process PID TICKS} unless it is gone or a zombie. A process's
   * name in its stat line may hold spaces and parentheses: what counts is behind the last one.
   * {@code pid_in FILE} waits up to two seconds while the file is empty, half a second while it
   * isn't there: a service such as haproxy makes it anew when it reloads. {@code serves PID FILE
   * WORD...} holds when the process may be the one that a pid file means, see {@link
   * Read.ProcessAt.PidFile}.
   */
  static final String FUNCTIONS =
      """
      process() {
        s=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
        p=$1
        set -- ${s##*) }
        case $1 in Z | X) return 0 ;; esac
        echo "process $p ${20}"
      }
      workers() {
        for c in $(cat "/proc/$1/task/$1/children" 2>/dev/null); do process "$c"; done
      }
      pid_in() {
        pid=
        tries=0
        while [ "$tries" -lt 40 ]; do
          if [ -f "$1" ]; then
            [ -r "$1" ] || [ ! -e "$1" ] || { echo "$1: Permission denied"; exit 1; }
            { read -r pid <"$1"; } 2>/dev/null || [ -n "$pid" ] && break
            tries=$((tries + 1))
          else
            absent "$1"
            tries=$((tries + 4))
          fi
          sleep 0.05
        done
        case $pid in '' | *[!0-9]*) pid= ;; esac
      }
      serves() {
        n=$1
        f=$2
        shift 2
        words=$({
          cat "/proc/$n/comm"
          readlink "/proc/$n/exe"
          tr '\\0=: ' '\\n\\n\\n\\n' <"/proc/$n/cmdline"
        } 2>/dev/null)
        words=$(printf '%s\\n' "$words" | sed 'p; s|.*/||')
        for w; do
          printf '%s\\n' "$words" | grep -qxF -e "$w" && return 0
        done
        [ "$n" -ne 1 ] && [ -n "$(tr -d '\\0' 2>/dev/null <"/proc/$n/cmdline")" ] || return 1
        s=$(cat "/proc/$n/stat" 2>/dev/null) || return 1
        set -- ${s##*) }
        b=$(sed -n 's/^btime //p' /proc/stat)
        [ $((b + ${20} / $(getconf CLK_TCK 2>/dev/null || echo 100))) -le $(($(stat -L -c %Y -- "$f") + 2)) ]
      }
      clock() {
        grep '^btime ' /proc/stat
        echo "clock $(getconf CLK_TCK 2>/dev/null || echo 100)"
      }
      """;

  private ServiceProcesses() {}

  static String script(Read.ProcessAt at) {
    return switch (at) {
      case Read.ProcessAt.PidFile file ->
          """
          pid=
          pid_in %1$s
          [ -z "$pid" ] || ! serves "$pid" %1$s %2$s || { clock; %3$s "$pid"; }\
          """
              .formatted(
                  ShellQuote.word(file.path()),
                  ShellQuote.words(file.words()),
                  found(file.newestWorker()));
      case Read.ProcessAt.Systemd systemd ->
          """
          pid=$(systemctl show -p MainPID --value -- %s 2>&1) || { printf %%s "$pid"; exit 1; }
          [ "$pid" = 0 ] || [ -z "$pid" ] || { clock; %s "$pid"; }\
          """
              .formatted(ShellQuote.word(systemd.unit()), found(systemd.newestWorker()));
    };
  }

  private static String found(boolean newestWorker) {
    return newestWorker ? "workers" : "process";
  }

  /** The youngest process in the lines; null for none. */
  static Observation.@Nullable ProcessIdentity read(List<String> lines) {
    long boot = number(lines, "btime ");
    long ticksPerSecond = Math.max(1, number(lines, "clock "));
    return lines.stream()
        .filter(line -> line.startsWith("process "))
        .map(line -> line.split(" ", -1))
        .map(words ->
            identity(Long.parseLong(words[1]), Long.parseLong(words[2]), boot, ticksPerSecond))
        .max(
            Comparator.comparingLong(Observation.ProcessIdentity::startTicks)
                .thenComparingLong(Observation.ProcessIdentity::pid))
        .orElse(null);
  }

  private static Observation.ProcessIdentity identity(
      long pid, long ticks, long boot, long ticksPerSecond) {
    return new Observation.ProcessIdentity(
        pid, ticks, Instant.ofEpochSecond(boot).plusMillis(ticks * 1000 / ticksPerSecond));
  }

  private static long number(List<String> lines, String word) {
    return lines.stream()
        .filter(line -> line.startsWith(word))
        .findFirst()
        .map(line -> Long.parseLong(line.substring(word.length()).strip()))
        .orElse(0L);
  }
}
