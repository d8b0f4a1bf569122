package io.rdpg.plan.cli;

import io.rdpg.plan.analysis.Sources;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.output.RecordedRun;
import io.rdpg.plan.output.RecordedRuns;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of commands that show runs: where these are looked up. */
final class RecordedRunsOptions {
  @Mixin private SourceOptions source = new SourceOptions();

  @Option(names = "--journals", description = "Only this machine's journals: contact no node.")
  private boolean journals;

  /**
   * The newest runs of the journals and of the inventory's Consul. Where Consul can't be asked,
   * that is said.
   *
   * @param beginning of their ids; empty for all
   * @param most how many
   */
  List<RecordedRun> runs(RootCommand root, String beginning, int most) {
    Workspace workspace = root.workspace(source, List.of());
    RecordedRuns runs = new RecordedRuns(beginning, most);
    if (!journals) {
      try {
        Sources sources = RootCommand.compiler(workspace, source).sources();
        Wiring.addRecords(runs, sources);
      } catch (Failure failure) {
        notAsked(root, failure.diagnostic().message());
      } catch (Diagnostics.Rejected rejected) {
        notAsked(root, rejected.diagnostics().getFirst().message());
      }
    }
    workspace.journals().forEach(runs::addJournals);
    return runs.all();
  }

  private static void notAsked(RootCommand root, String why) {
    root.streams().err().println("only runs of this machine: Consul was not asked: " + why);
  }
}
