package io.rdpg.plan.cli;

import io.rdpg.plan.language.diagnostic.ExitCode;
import java.io.FileDescriptor;

/** Where the process begins. */
public final class Main {
  private Main() {}

  /** Never returns: leaves with the run's exit code. */
  public static void main(String[] arguments) {
    CheckedPrintStream stdout = CheckedPrintStream.of(FileDescriptor.out);
    Streams streams = Streams.ofProcess(stdout);
    int exit = new CommandLineRunner(streams, Installation.here()).run(arguments);
    streams.out().flush();
    System.exit(exit == 0 && lost(stdout) ? ExitCode.STEP_FAILED.number() : exit);
  }

  /** Whether output was lost, such as on a full disk. */
  private static boolean lost(CheckedPrintStream stdout) {
    stdout
        .error()
        .ifPresent(diagnostic -> System.err.println("could not write the output: " + diagnostic));
    return stdout.error().isPresent();
  }
}
