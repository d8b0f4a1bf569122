package io.rdpg.plan.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Runs command lines in this process, and keeps what they print. */
public final class InProcessCommands {
  private final Charset terminal;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  public InProcessCommands() {
    this(UTF_8);
  }

  /**
   * @param terminal what the terminal knows
   */
  InProcessCommands(Charset terminal) {
    this.terminal = terminal;
  }

  /**
   * Runs one to its end.
   *
   * @param cwd the directory that it is started in
   * @param home the directory that rdpg-plan is installed in
   * @return its exit code
   */
  int run(Path cwd, Path home, String... arguments) {
    return run(
        cwd, home, Map.of("XDG_STATE_HOME", cwd.resolve("state").toString()), List.of(arguments));
  }

  /**
   * The same.
   *
   * @param environment the variables of its environment
   */
  public int run(Path cwd, Path home, Map<String, String> environment, List<String> arguments) {
    return run(new Installation(cwd, home, environment), arguments.toArray(String[]::new));
  }

  /** Runs one to its end; its exit code. */
  int run(Installation installation, String... arguments) {
    return new CommandLineRunner(streams(), installation).run(arguments);
  }

  /** Where they print. */
  Streams streams() {
    return new Streams(
        new PrintStream(out, true, terminal), new PrintStream(err, true, UTF_8), false, Map.of());
  }

  /** All that they printed so far on standard output. */
  public String out() {
    return out.toString(UTF_8);
  }

  /** All that they printed so far on standard error. */
  public String err() {
    return err.toString(UTF_8);
  }

  void forget() {
    out.reset();
    err.reset();
  }
}
