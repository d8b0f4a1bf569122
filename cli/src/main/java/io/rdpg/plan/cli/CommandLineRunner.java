package io.rdpg.plan.cli;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.Plural;
import io.rdpg.plan.output.JsonLines;
import io.rdpg.plan.output.JsonReport;
import io.rdpg.plan.reference.HelpText;
import io.rdpg.plan.run.event.Event;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine;

/** Runs the command of a command line, and converts every error to one form and one exit code. */
record CommandLineRunner(Streams streams, Installation installation) {
  /** The exit code. */
  int run(String... arguments) {
    boolean debug = Arrays.asList(arguments).contains("--debug");
    CommandLine line =
        new RootCommand(streams, installation)
            .line(arguments)
            .setOut(writer(streams.out()))
            .setErr(writer(streams.err()))
            .setParameterExceptionHandler(
                (diagnostic, _) -> refused(arguments, List.of(CommandLineErrors.of(diagnostic))))
            .setExecutionExceptionHandler(
                (diagnostic, _, _) -> failed(arguments, diagnostic, debug));
    HelpText.installIn(line);
    return line.execute(arguments);
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, stream.charset()), true);
  }

  private int failed(String[] arguments, Exception exception, boolean debug) {
    if (debug) {
      exception.printStackTrace(streams.err());
    }
    return switch (exception) {
      case Diagnostics.Rejected rejected -> refused(arguments, rejected.diagnostics());
      case Failure failure -> refused(arguments, List.of(failure.diagnostic()));
      default ->
          refused(
              arguments,
              List.of(
                  Diagnostic.of(Code.INTERNAL, "internal error in rdpg-plan: " + exception)
                      .withHint("please report it with the output of --debug")));
    };
  }

  /** Reports errors that ended the program, as JSON with {@code -o json}. */
  private int refused(String[] arguments, List<Diagnostic> diagnostics) {
    int exit =
        ExitCode.worst(diagnostics.stream().map(diagnostic -> diagnostic.code().exit()).toList())
            .number();
    if (wantsJson(arguments)) {
      reportEnd(streams, diagnostics, Arrays.asList(arguments).contains("--dry-run"), exit);
    } else {
      streams.report(diagnostics);
      if (diagnostics.size() > 1) {
        streams.err().println(count(diagnostics));
      }
    }
    return exit;
  }

  private static String count(List<Diagnostic> diagnostics) {
    long files =
        diagnostics.stream()
            .map(Diagnostic::at)
            .flatMap(Stream::ofNullable)
            .map(Span::file)
            .distinct()
            .count();
    String errors = diagnostics.size() + " errors";
    return files == 0 ? errors : errors + " in " + Plural.of(files, "file");
  }

  /** The events of a run that never began. */
  static void reportEnd(
      Streams streams, List<Diagnostic> diagnostics, boolean preview, int exitCode) {
    Clock clock = Clock.systemUTC();
    JsonReport report = new JsonReport(new JsonLines(RunId.at(clock), clock), streams.out());
    diagnostics.forEach(diagnostic -> report.on(new Event.DiagnosticReported(diagnostic)));
    report.on(new Event.RunFinished(Map.of(), Duration.ZERO, preview, exitCode));
  }

  private static boolean wantsJson(String[] arguments) {
    List<String> words = Stream.of(arguments).map(word -> word.toLowerCase(Locale.ROOT)).toList();
    int o = Math.max(words.indexOf("-o"), words.indexOf("--output"));
    return words.contains("-ojson")
        || words.contains("-o=json")
        || words.contains("--output=json")
        || (o >= 0 && o + 1 < words.size() && words.get(o + 1).equals("json"));
  }
}
