package io.rdpg.plan.cli;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.output.RecordedRun;
import io.rdpg.plan.output.VisibleText;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code show}: one run. */
@Command(
    description = {
      "Shows one run: who started it, what it changed on each node, what failed. Its journal is on"
          + " the machine that it was started on; what Consul has of others is shorter."
    },
    footer = {
      "rdpg-plan show 20261128T203918Z-7f3a",
      "rdpg-plan show last   the newest",
      "rdpg-plan show last -o json   its events"
    })
final class ShowCommand extends Subcommand {
  @Mixin private RecordedRunsOptions recorded = new RecordedRunsOptions();

  @Mixin private OutputOption output = new OutputOption();

  @Parameters(
      paramLabel = "RUN",
      description = "A run's id or its beginning, as runs lists it, or last.")
  @SuppressWarnings("NullAway.Init") // picocli gives it before call()
  private String asked;

  @Override
  public Integer call() {
    RecordedRun run = find();
    if (output.json()) {
      run.events().forEach(event -> root.streams().out().println(event));
    } else {
      RecordedRunText.page(run).stream()
          .map(VisibleText::lines)
          .forEach(root.streams().out()::println);
    }
    return ExitCode.DONE.number();
  }

  private RecordedRun find() {
    List<RecordedRun> found =
        asked.equals("last") ? recorded.runs(root, "", 1) : recorded.runs(root, asked, 2);
    if (found.size() == 1) {
      return found.getFirst();
    }
    throw Failure.of(
        Code.BAD_COMMAND_LINE,
        found.isEmpty() ? "no run " + asked + " is known here" : "several runs begin with " + asked,
        "rdpg-plan runs lists them");
  }
}
