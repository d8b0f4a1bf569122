package io.rdpg.plan.cli;

/** Where the process begins. */
public final class Main {
  private Main() {}

  /** Never returns: leaves with the run's exit code. */
  public static void main(String[] arguments) {
    System.exit(new CommandLineRunner(Streams.ofProcess(), Installation.here()).run(arguments));
  }
}
