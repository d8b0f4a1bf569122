package io.rdpg.plan.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * A server's process, known beyond doubt: by its pid, the clock tick at which it started and the
 * boot in which it runs, so that another process that was given the same pid is never taken for it.
 *
 * <p>Its record is a file of two or three lines: the process's own {@code /proc/PID/stat}
 * (proc(5)), the boot id, and {@code ready} once the server has answered.
 *
 * @param pid the process id
 * @param startTicks clock ticks after boot, field 22 of {@code /proc/PID/stat}
 * @param boot the boot id, a random UUID
 * @param ready whether it has answered since it was started
 */
record ServerProcess(long pid, long startTicks, String boot, boolean ready) {
  private static final String READY = "ready";
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  /**
   * A shell program that records the shell itself and then becomes the server: so the record exists
   * before the server does, even when the starting process dies meanwhile. {@code $0} is the
   * record, the arguments are the server's command.
   */
  static final String RECORD_AND_BECOME =
      "cat /proc/$$/stat " + BOOT_ID + " >\"$0\" && exec \"$@\"";

  /** The process of this record; empty when there is none or it was not written to its end. */
  static Optional<ServerProcess> recorded(Path record) {
    try {
      List<String> lines = Files.readAllLines(record);
      return lines.size() < 2
          ? Optional.empty()
          : parse(lines.get(0), lines.get(1), lines.size() > 2 && lines.get(2).equals(READY));
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  /** Notes in the record that the server has answered. */
  static void markReady(Path record) throws IOException {
    Files.writeString(record, READY + "\n", StandardOpenOption.APPEND);
  }

  /** Whether this very process still runs; one that waits to be reaped doesn't. */
  boolean alive() {
    try {
      String stat = Files.readString(statOf(pid));
      return boot.equals(Files.readString(BOOT_ID).strip())
          && parse(stat, boot, ready).filter(this::equals).isPresent()
          && !isDead(stat);
    } catch (IOException _) {
      return false;
    }
  }

  /**
   * Whether a process of this pid is dead but not reaped, so that its pid still seems to be in use.
   */
  boolean isZombie() {
    try {
      return isDead(Files.readString(statOf(pid)));
    } catch (IOException _) {
      return false;
    }
  }

  /** Reads a line of {@code /proc/PID/stat}; the name in it may hold blanks and parentheses. */
  static Optional<ServerProcess> parse(String stat, String boot, boolean ready) {
    int open = stat.indexOf('(');
    int close = stat.lastIndexOf(')');
    if (open < 0 || close < open) {
      return Optional.empty();
    }
    String[] afterName = stat.substring(close + 1).strip().split(" ", -1);
    if (afterName.length < 20) {
      return Optional.empty();
    }
    try {
      long pid = Long.parseLong(stat.substring(0, open).strip());
      long startTicks = Long.parseLong(afterName[19]);
      return Optional.of(new ServerProcess(pid, startTicks, boot, ready));
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  private static boolean isDead(String stat) {
    char state = stat.charAt(stat.lastIndexOf(')') + 2);
    return state == 'Z' || state == 'X';
  }

  private static Path statOf(long pid) {
    return Path.of("/proc", Long.toString(pid), "stat");
  }
}
