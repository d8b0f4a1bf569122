package io.rdpg.plan.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;

/** Runs command lines in this process, and keeps what they print. */
final class InProcessCommands {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  /**
   * Runs one to its end.
   *
   * @param cwd the folder that it is started in
   * @param home the folder that rdpg-plan is installed in
   * @return its exit code
   */
  int run(Path cwd, Path home, String... arguments) {
    Streams streams =
        new Streams(
            new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), false, Map.of());
    return new CommandLineRunner(streams, new Installation(cwd, home, Map.of())).run(arguments);
  }

  /** All that they printed so far on standard output. */
  String out() {
    return out.toString(UTF_8);
  }

  /** All that they printed so far on standard error. */
  String err() {
    return err.toString(UTF_8);
  }

  void forget() {
    out.reset();
    err.reset();
  }
}
