package io.rdpg.plan.cli;

import io.rdpg.plan.lab.InventoryLab;
import io.rdpg.plan.lab.Lab;
import io.rdpg.plan.lab.LabStatus;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.language.diagnostic.Failure;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lab}: starts, shows and stops the real servers of a local inventory. */
@Command(
    description = {
      "The real servers of a local inventory.",
      "up starts them, stop stops them and keeps their data, down removes everything, status shows"
          + " what is running and how to connect to it.",
      "stop NODE stops a node alone, as if its machine were lost: apply starts it no more, until up"
          + " does."
    },
    footer = {
      "rdpg-plan lab up   starts all servers and shows how to connect to them",
      "rdpg-plan lab status -o json   for programs",
      "rdpg-plan lab stop sc1   loses a node, to try a fail-over",
      "rdpg-plan lab down   removes everything"
    })
final class LabCommand extends Subcommand {
  @Mixin private SourceOptions source = new SourceOptions();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORM",
      defaultValue = "text",
      description = "Of status: text, or json with the passwords in the URLs. Default: text.")
  private OutputOption.Form form = OutputOption.Form.TEXT;

  @Parameters(index = "0", paramLabel = "up|stop|down|status", description = "The action.")
  @SuppressWarnings("NullAway.Init") // picocli gives it before call()
  private Verb verb;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "NODE",
      description =
          "Of stop: only these nodes. Of up: of those that were stopped alone, only these. Default: all.")
  private List<String> nodes = List.of();

  /** What can be done with a lab. */
  enum Verb {
    UP,
    STOP,
    DOWN,
    STATUS
  }

  @Override
  public Integer call() {
    if (!nodes.isEmpty() && verb != Verb.STOP && verb != Verb.UP) {
      throw Failure.of(
          Code.BAD_COMMAND_LINE,
          "lab "
              + verb.name().toLowerCase(Locale.ROOT)
              + " is of all nodes, not of "
              + String.join(", ", nodes),
          "lab stop and lab up take nodes");
    }
    Lab lab =
        InventoryLab.of(
            RootCommand.compiler(root.workspace(source, List.of()), source).sources().inventory());
    try (Progress progress = new Progress(root.streams())) {
      return call(lab, progress);
    }
  }

  private int call(Lab lab, Progress progress) {
    return switch (verb) {
      case UP -> {
        lab.release(nodes, progress::report);
        report(LocalLab.up(lab, root.streams()), "started", LabText.running(lab.status()));
        yield ExitCode.DONE.number();
      }
      case STOP -> {
        report(
            nodes.isEmpty() ? lab.stop(progress::report) : lab.stop(nodes, progress::report),
            "ended",
            "nothing was running");
        yield ExitCode.DONE.number();
      }
      case DOWN -> {
        report(lab.down(progress::report), "stopped and removed", "nothing was running; removed");
        yield ExitCode.DONE.number();
      }
      case STATUS -> status(lab.status());
    };
  }

  private void report(List<String> servers, String done, String nothing) {
    root.streams()
        .out()
        .println(servers.isEmpty() ? nothing : done + ": " + String.join(", ", servers));
  }

  private int status(LabStatus status) {
    root.streams()
        .out()
        .print(form == OutputOption.Form.JSON ? LabText.json(status) : LabText.table(status));
    return (status.up() ? ExitCode.DONE : ExitCode.NODE_UNUSABLE).number();
  }
}
