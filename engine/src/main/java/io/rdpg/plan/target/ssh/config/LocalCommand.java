package io.rdpg.plan.target.ssh.config;

import java.io.File;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Runs a command of the configuration on this machine by the user's shell. */
record LocalCommand(Surroundings here) {
  private static final long LONGEST_SECONDS = 30;
  private static final File NOTHING = new File("/dev/null");

  /** Whether it exits with 0. */
  boolean succeeds(String command, ConfigLine line) {
    try {
      Process process =
          new ProcessBuilder(shell(here), "-c", command)
              .redirectInput(ProcessBuilder.Redirect.from(NOTHING))
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        throw line.wrong("the command did not end within " + LONGEST_SECONDS + "s");
      }
      return process.exitValue() == 0;
    } catch (IOException e) {
      throw line.wrong("the command can't be run: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw line.wrong("interrupted");
    }
  }

  /** What OpenSSH runs commands with. */
  static String shell(Surroundings here) {
    String shell = here.environment().getOrDefault("SHELL", "");
    return shell.isEmpty() ? "/bin/sh" : shell;
  }
}
