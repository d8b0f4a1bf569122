package io.rdpg.plan.cli;

import io.rdpg.plan.language.diagnostic.ExitCode;
import java.io.FileDescriptor;
import java.util.Optional;

/** Where the process begins. */
public final class Main {
  private Main() {}

  /** Never returns: leaves with the run's exit code. */
  public static void main(String[] arguments) {
    CheckedPrintStream stdout = CheckedPrintStream.of(FileDescriptor.out);
    int exit = 0;
    String answer = ShortAnswers.to(arguments);
    if (answer == null) {
      Streams streams = Streams.ofProcess(stdout);
      exit = new CommandLineRunner(streams, Installation.here()).run(arguments);
      streams.out().flush();
    } else {
      stdout.print(answer);
    }
    // Not System.exit: there are no shutdown hooks, and it would search all libraries for a logger
    // to tell.
    Runtime.getRuntime().halt(exit == 0 && lost(stdout) ? ExitCode.STEP_FAILED.number() : exit);
  }

  /** Whether output was lost, such as on a full disk. */
  private static boolean lost(CheckedPrintStream stdout) {
    Optional<String> error = stdout.error();
    if (error.isPresent()) {
      System.err.println("could not write the output: " + error.get());
    }
    return error.isPresent();
  }
}
