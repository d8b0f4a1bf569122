package io.rdpg.plan.cli;

import io.rdpg.plan.diag.Code;
import io.rdpg.plan.diag.Diagnostic;
import io.rdpg.plan.diag.Diagnostics;
import io.rdpg.plan.diag.ExitCode;
import io.rdpg.plan.diag.Failure;
import io.rdpg.plan.diag.Suggestions;
import io.rdpg.plan.report.JsonLines;
import io.rdpg.plan.report.JsonReport;
import io.rdpg.plan.run.Event;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.UnmatchedArgumentException;

/** Takes a command line to its command, and every fault to one form and one exit code. */
final class CommandLineRunner {
  private final Streams streams;
  private final Installation installation;

  CommandLineRunner(Streams streams, Installation installation) {
    this.streams = streams;
    this.installation = installation;
  }

  /** The exit code. */
  int run(String... arguments) {
    boolean debug = Arrays.asList(arguments).contains("--debug");
    CommandLine line =
        new CommandLine(new RootCommand(streams, installation))
            .setOut(writer(streams.out()))
            .setErr(writer(streams.err()))
            .setUsageHelpAutoWidth(false)
            .setUsageHelpWidth(100)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler((fault, _) -> refused(arguments, notUnderstood(fault)))
            .setExecutionExceptionHandler((fault, _, _) -> failed(arguments, fault, debug));
    return line.execute(arguments);
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, stream.charset()), true);
  }

  private int failed(String[] arguments, Exception fault, boolean debug) {
    if (debug) {
      fault.printStackTrace(streams.err());
    }
    return switch (fault) {
      case Diagnostics.Rejected rejected -> refused(arguments, rejected.diagnostics());
      case Failure failure -> refused(arguments, List.of(failure.diagnostic()));
      default ->
          refused(
              arguments,
              List.of(
                  Diagnostic.of(Code.INTERNAL, "rdpg-plan has a fault of its own: " + fault)
                      .withHint("please report it with what --debug prints")));
    };
  }

  private static List<Diagnostic> notUnderstood(CommandLine.ParameterException fault) {
    CommandLine command = fault.getCommandLine();
    String help = command.getCommandSpec().qualifiedName() + " --help tells more";
    if (fault instanceof UnmatchedArgumentException unmatched) {
      String word = unmatched.getUnmatched().getFirst();
      List<String> known = new ArrayList<>();
      if (word.startsWith("-")) {
        command.getCommandSpec().options().forEach(o -> known.addAll(List.of(o.names())));
      } else {
        known.addAll(command.getSubcommands().keySet());
      }
      String hint =
          Suggestions.nearest(word, known).map(near -> "did you mean '" + near + "'?").orElse(help);
      String kind = word.startsWith("-") ? "option" : known.isEmpty() ? "argument" : "command";
      return List.of(
          Diagnostic.of(Code.BAD_COMMAND_LINE, "unknown " + kind + " '" + word + "'")
              .withHint(hint));
    }
    return List.of(
        Diagnostic.of(Code.BAD_COMMAND_LINE, String.valueOf(fault.getMessage())).withHint(help));
  }

  /** Tells faults that ended everything, as JSON where that was asked for. */
  private int refused(String[] arguments, List<Diagnostic> diagnostics) {
    int exit =
        ExitCode.worst(diagnostics.stream().map(diagnostic -> diagnostic.code().exit()).toList())
            .number();
    if (wantsJson(arguments)) {
      tellEnd(streams, diagnostics, Arrays.asList(arguments).contains("--dry-run"), exit);
    } else {
      streams.tell(diagnostics);
    }
    return exit;
  }

  /** The events of a run that never began. */
  static void tellEnd(
      Streams streams, List<Diagnostic> diagnostics, boolean preview, int exitCode) {
    Clock clock = Clock.systemUTC();
    JsonReport report = new JsonReport(new JsonLines(RunId.at(clock), clock), streams.out());
    diagnostics.forEach(diagnostic -> report.on(new Event.Told(diagnostic)));
    report.on(new Event.RunFinished(Map.of(), Duration.ZERO, preview, exitCode));
  }

  private static boolean wantsJson(String[] arguments) {
    List<String> words = Arrays.asList(arguments);
    int o = Math.max(words.indexOf("-o"), words.indexOf("--output"));
    return words.contains("-ojson")
        || words.contains("-o=json")
        || words.contains("--output=json")
        || (o >= 0 && o + 1 < words.size() && words.get(o + 1).equals("json"));
  }
}
