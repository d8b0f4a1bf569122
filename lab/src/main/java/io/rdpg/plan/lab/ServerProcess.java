package io.rdpg.plan.lab;

import io.rdpg.plan.system.LocalProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * A server's process as its record says it: a file of two or three lines, the process's own {@code
 * /proc/PID/stat}, the boot id, and {@code ready} once the server has answered.
 *
 * @param ready whether it has answered since it was started
 */
record ServerProcess(LocalProcess process, boolean ready) {
  private static final String READY = "ready";

  /**
   * A shell program that records the shell itself and then becomes the server: so the record exists
   * before the server does, even when the starting process dies meanwhile. {@code $0} is the
   * record, the arguments are the server's command.
   */
  static final String RECORD_AND_BECOME =
      "cat /proc/$$/stat " + LocalProcess.BOOT_ID + " >\"$0\" && exec \"$@\"";

  /** The process of this record; empty when there is none or it was not written to its end. */
  static Optional<ServerProcess> recorded(Path record) {
    try {
      List<String> lines = Files.readAllLines(record);
      if (lines.size() < 2) {
        return Optional.empty();
      }
      boolean ready = lines.size() > 2 && lines.get(2).equals(READY);
      return LocalProcess.parse(lines.get(0), lines.get(1))
          .map(process -> new ServerProcess(process, ready));
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  /** Notes in the record that the server has answered. */
  static void markReady(Path record) throws IOException {
    Files.writeString(record, READY + "\n", StandardOpenOption.APPEND);
  }

  long pid() {
    return process.pid();
  }

  /** Whether this very process still runs; one that waits to be reaped doesn't. */
  boolean alive() {
    return process.isRunning();
  }
}
