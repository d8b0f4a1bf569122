package io.rdpg.plan.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Runs programs other than the command itself to their ends. */
final class NodePrograms {
  private NodePrograms() {}

  /** With the checkout's rdpg-plan as it was built last, as {@code $RDPG_PLAN}. */
  static CommandResult run(Path folder, List<String> command) throws IOException {
    Path stdout = Files.createTempFile("program-", ".out");
    Path stderr = Files.createTempFile("program-", ".err");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(stdout.toFile())
              .redirectError(stderr.toFile());
      builder.environment().put("RDPG_PLAN", LabUnderTest.LAUNCHER.toString());
      builder.environment().put("RDPG_PLAN_BUILD", "never");
      builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
      return new Running(String.join(" ", command), builder.start(), stdout, stderr).await();
    } finally {
      Files.delete(stdout);
      Files.delete(stderr);
    }
  }
}
