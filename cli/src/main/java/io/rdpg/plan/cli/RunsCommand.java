package io.rdpg.plan.cli;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.output.RecordedRun;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code runs}: lists runs. */
@Command(
    description = {
      "Lists runs, the newest first: those of this machine's journals, and those that anyone's apply"
          + " recorded in Consul, which are the last 100 that changed something or failed."
    },
    footer = {
      "rdpg-plan runs",
      "rdpg-plan runs -i production -n 100 -o json",
      "rdpg-plan show 20261128T203918Z-7f3a   one of them"
    })
final class RunsCommand extends Subcommand {
  @Mixin private RecordedRunsOptions recorded = new RecordedRunsOptions();

  @Mixin private OutputOption output = new OutputOption();

  @Option(
      names = {"-n", "--newest"},
      paramLabel = "RUNS",
      defaultValue = "20",
      description = "At most this many. Default: ${DEFAULT-VALUE}.")
  private int most = 20;

  @Override
  public Integer call() {
    if (most < 1) {
      throw Failure.of(
          Code.BAD_COMMAND_LINE, "-n must be greater than 0, not " + most, "omit it for 20");
    }
    List<RecordedRun> runs = recorded.runs(root, "", most);
    if (output.json()) {
      runs.forEach(run -> root.streams().out().println(RecordedRunText.json(run)));
    } else if (runs.isEmpty()) {
      root.streams().out().println("no runs");
    } else {
      List<List<String>> rows = new ArrayList<>();
      runs.forEach(run -> rows.add(RecordedRunText.row(run)));
      root.streams().out().print(Table.of(RecordedRunText.HEADINGS, rows));
    }
    return ExitCode.DONE.number();
  }
}
