package io.rdpg.plan.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Identifies a process of this machine by its pid, the clock tick at which it started and the boot
 * in which it runs, so that another process that was given the same pid is never taken for it.
 *
 * @param pid the process id
 * @param startTicks clock ticks after boot, field 22 of {@code /proc/PID/stat} ({@code
 *     proc_pid_stat(5)})
 * @param boot the boot id, a random UUID
 */
public record LocalProcess(long pid, long startTicks, String boot) {
  /** Holds the boot id. */
  public static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  /** The pid, the name, which may hold blanks and parentheses, the state and the start. */
  private static final Pattern STAT =
      Pattern.compile("(\\d+) \\(.*\\) (\\S)(?: \\S+){18} (\\d+)\\b.*", Pattern.DOTALL);

  /** The process that runs under this pid; empty for none, or one that waits to be reaped. */
  public static Optional<LocalProcess> running(long pid) {
    return isZombie(pid) ? Optional.empty() : parse(stat(pid), bootId());
  }

  /** Reads a line of {@code /proc/PID/stat}; empty when it is not a whole one. */
  public static Optional<LocalProcess> parse(String stat, String boot) {
    return matched(stat)
        .map(line ->
            new LocalProcess(Long.parseLong(line.group(1)), Long.parseLong(line.group(3)), boot));
  }

  /** Whether a process of this pid is dead but not reaped, so that its pid still looks taken. */
  public static boolean isZombie(long pid) {
    return matched(stat(pid)).filter(line -> "ZX".contains(line.group(2))).isPresent();
  }

  /** This boot's id; empty when it can't be read. */
  public static String bootId() {
    return line(BOOT_ID);
  }

  /** Whether this very process still runs. */
  public boolean isRunning() {
    return running(pid).filter(this::equals).isPresent();
  }

  private static Optional<Matcher> matched(String stat) {
    return Optional.of(STAT.matcher(stat)).filter(Matcher::matches);
  }

  private static String stat(long pid) {
    return line(Path.of("/proc", Long.toString(pid), "stat"));
  }

  private static String line(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1).strip();
    } catch (IOException unreadable) {
      return "";
    }
  }
}
