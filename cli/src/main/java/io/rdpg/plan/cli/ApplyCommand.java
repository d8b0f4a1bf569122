package io.rdpg.plan.cli;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.language.diagnostic.Failure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code apply}: runs a plan on its nodes, or previews it. */
@Command(
    description = "Runs a plan on its nodes. A second run finds everything in sync.",
    footer = {
      "rdpg-plan apply bootstrap --dry-run --diff   what would be done, in full",
      "rdpg-plan apply bootstrap   apply it; a second run finds nothing to do",
      "rdpg-plan apply bootstrap -i inventories/production.yml -l 'mc*'   another inventory, some"
          + " nodes",
      "rdpg-plan apply bootstrap --dry-run --out change.sealed   a preview to review and approve",
      "rdpg-plan apply --sealed change.sealed   exactly what was approved"
    })
final class ApplyCommand extends Subcommand {
  private static final Set<String> NOT_BESIDE_SEALED =
      Set.of(
          "--inventory",
          "--limit",
          "--tags",
          "--extra-vars",
          "--forks",
          "--local",
          "--dry-run",
          "--out");

  @Mixin private SourceOptions source = new SourceOptions();

  @Mixin private OutputOption output = new OutputOption();

  @Mixin private ReportOptions reports = new ReportOptions();

  @Parameters(
      paramLabel = "PLAN",
      arity = "0..1",
      description = "A path, or the name of a plan in plans/.")
  private @Nullable String plan;

  @Mixin private LimitOption limit = new LimitOption();

  @Option(
      names = {"-t", "--tags"},
      paramLabel = "TAGS",
      split = ",",
      description = "Only steps with one of these tags.")
  private List<String> tags = new ArrayList<>();

  @Option(names = "--dry-run", description = "Preview: print what would be done, perform nothing.")
  private boolean dryRun;

  @Option(names = "--diff", description = "Show the differences in full.")
  private boolean diff;

  @Option(
      names = {"-v", "--verbose"},
      description = {
        "Show at the end how much was asked of each node and its servers, and which steps' reads"
            + " were answered ahead of their turns, or why not."
      })
  private boolean verbose;

  @Option(
      names = {"-f", "--forks"},
      paramLabel = "NODES_AT_ONCE",
      description = "Maximum number of parallel nodes. Default: all.")
  private @Nullable Integer nodesAtOnce;

  @Option(
      names = "--connect-forks",
      paramLabel = "LOGINS_AT_ONCE",
      description = {
        "Maximum number of nodes that log in at a time; others wait for their turn. Default: 8 for"
            + " each processor here, at least 16."
      })
  private @Nullable Integer loginsAtOnce;

  @Option(
      names = "--local",
      description = {
        "Run the plan on the one node that this machine is, which its address tells, without SSH;"
            + " other nodes that a step names are reached at their addresses."
      })
  private boolean local;

  @Option(
      names = "--detailed-exitcode",
      description = "With --dry-run: exit with 10 when there are changes.")
  private boolean detailed;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "With --dry-run: also write the preview to this file, sealed, for apply --sealed.")
  private @Nullable Path out;

  @Option(
      names = "--sealed",
      paramLabel = "FILE",
      description = {
        "Instead of PLAN: perform exactly what this sealed preview contains. It determines the"
            + " plan, inventory, nodes, tags and variables; nodes that have changed since are left"
            + " alone."
      })
  private @Nullable Path sealed;

  @Option(
      names = "--no-ask-ahead",
      description =
          "Read for each step only when its turn has come, one request after another: to find out"
              + " whether reading ahead is the cause of something.")
  private boolean eachAtItsTurn;

  @Override
  public Integer call() {
    refuseBelowOne("-f", nodesAtOnce, "omit it to run all nodes at once");
    refuseBelowOne("--connect-forks", loginsAtOnce, "omit it for the default");
    SealedPlace place = out == null ? null : new SealedPlace(root.installation().file(out));
    RunReports files =
        reports.open(root.installation(), dryRun, Objects.requireNonNullElse(plan, ""), place);
    ExitCode exit;
    try {
      exit = new Wiring(root.streams()).run(options(files, place));
    } catch (Diagnostics.Rejected rejected) {
      throw refused(files, rejected, rejected.diagnostics());
    } catch (Failure failure) {
      throw refused(files, failure, List.of(failure.diagnostic()));
    }
    List<Diagnostic> unwritten = files.write();
    root.streams().report(unwritten);
    boolean spoilt = exit == ExitCode.DONE && !unwritten.isEmpty();
    return (spoilt ? Code.FILE_FAILED.exit() : exit).number();
  }

  /** The error, once the reports have it too. */
  private <E extends RuntimeException> E refused(
      RunReports files, E error, List<Diagnostic> diagnostics) {
    files.refused(diagnostics);
    root.streams().report(files.write());
    return error;
  }

  private static void refuseBelowOne(String option, @Nullable Integer number, String hint) {
    if (number != null && number < 1) {
      throw Failure.of(
          Code.BAD_COMMAND_LINE, option + " must be greater than 0, not " + number, hint);
    }
  }

  private RunOptions options(RunReports files, @Nullable SealedPlace place) {
    RunOptions.Output shown = new RunOptions.Output(output.json(), diff, verbose, files);
    if (sealed != null) {
      refuseBesideSealed();
      SealedInput preview = SealedInput.read(root.installation(), sealed);
      RunOptions.Input input = preview.input();
      return options(
          source
              .project()
              .workspace(
                  root.installation(),
                  Stream.concat(Stream.of(input.plan()), input.inventories().stream()).toList()),
          input,
          new RunOptions.Mode.ApplySealed(preview.file()),
          shown);
    }
    String help = "see " + spec.qualifiedName() + " --help";
    if (plan == null) {
      throw Failure.of(Code.BAD_COMMAND_LINE, "PLAN is missing", help);
    }
    if (place != null && !dryRun) {
      throw Failure.of(
          Code.BAD_COMMAND_LINE, "--out requires --dry-run: only a preview can be sealed", help);
    }
    if (detailed && !dryRun) {
      throw Failure.of(
          Code.BAD_COMMAND_LINE,
          "--detailed-exitcode requires --dry-run: a run that ends well has no changes left",
          help);
    }
    Workspace workspace = root.workspace(source, List.of(plan));
    return options(
        workspace,
        new RunOptions.Input(
            plan,
            source.inventories(),
            source.extra(),
            limit.pattern(root.installation()),
            tags,
            nodesAtOnce == null ? workspace.settings().forks() : nodesAtOnce,
            local),
        dryRun ? new RunOptions.Mode.Preview(detailed, place) : new RunOptions.Mode.Apply(),
        shown);
  }

  private RunOptions options(
      Workspace workspace, RunOptions.Input input, RunOptions.Mode mode, RunOptions.Output shown) {
    Integer logins = loginsAtOnce == null ? workspace.settings().connectForks() : loginsAtOnce;
    return new RunOptions(
        workspace,
        input,
        mode,
        shown,
        new RunOptions.Reaching(logins, !eachAtItsTurn),
        source.vault(workspace));
  }

  /** A sealed preview says what to do and where; beside it there is only how to show it. */
  private void refuseBesideSealed() {
    String hint = "a sealed preview contains all of that: rdpg-plan apply --sealed FILE";
    if (plan != null) {
      throw Failure.of(
          Code.BAD_COMMAND_LINE, "--sealed can't be combined with a plan: '" + plan + "'", hint);
    }
    spec.commandLine().getParseResult().matchedOptions().stream()
        .map(OptionSpec::longestName)
        .filter(NOT_BESIDE_SEALED::contains)
        .findFirst()
        .ifPresent(option -> {
          throw Failure.of(
              Code.BAD_COMMAND_LINE, "--sealed can't be combined with " + option, hint);
        });
  }
}
