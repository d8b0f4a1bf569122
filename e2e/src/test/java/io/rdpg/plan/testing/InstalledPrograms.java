package io.rdpg.plan.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Programs that a test waits for. */
public final class InstalledPrograms {
  private InstalledPrograms() {}

  /**
   * What a program writes, both streams together.
   *
   * @throws AssertionError when it takes too long, or ends with another code than 0
   */
  public static String run(Path folder, String... command) {
    try {
      Path out = Files.createTempFile("rdpg-plan", ".out");
      try {
        Process process =
            new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        boolean ended = process.waitFor(TestDeadlines.SOON);
        if (!ended) {
          process.descendants().forEach(ProcessHandle::destroyForcibly);
          process.destroyForcibly();
        }
        String said = Files.readString(out);
        if (!ended || process.exitValue() != 0) {
          throw new AssertionError(
              command[0]
                  + (ended ? " ended with " + process.exitValue() : " took too long")
                  + ": "
                  + said);
        }
        return said;
      } finally {
        Files.deleteIfExists(out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
