package io.rdpg.plan.cli;

import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.output.DiagnosticText;
import io.rdpg.plan.output.Style;
import io.rdpg.plan.output.Terminal;
import java.io.BufferedOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;

/**
 * Where output goes, and whether it may have colours there.
 *
 * @param terminal whether {@code out} is a terminal
 */
record Streams(
    PrintStream out, PrintStream err, boolean terminal, Map<String, String> environment) {

  /**
   * The process's own; the launcher says by {@code rdpg.terminal} whether stdout is a terminal.
   *
   * @param stdout the process's standard output
   */
  static Streams ofProcess(CheckedPrintStream stdout) {
    return new Streams(
        new PrintStream(new BufferedOutputStream(stdout), true, System.out.charset()),
        System.err,
        Boolean.getBoolean("rdpg.terminal"),
        System.getenv());
  }

  Style style() {
    Charset charset = out.charset();
    return new Style(
        terminal && Terminal.wantsColour(environment), charset.equals(StandardCharsets.UTF_8));
  }

  /** Whether a live screen can be drawn on {@code out}. */
  boolean live() {
    return terminal && Terminal.canMove(environment);
  }

  void report(Collection<Diagnostic> diagnostics) {
    DiagnosticText text = new DiagnosticText(style());
    diagnostics.forEach(diagnostic -> text.lines(diagnostic).forEach(err::println));
    err.flush();
  }
}
