package io.rdpg.plan.cli;

import io.rdpg.plan.analysis.CheckedPlan;
import io.rdpg.plan.analysis.PlanSet;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Plural;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code validate}: reports all errors in plans, and contacts no node. */
@Command(
    description = {
      "Checks plans and the inventory. Contacts no node.",
      "A plan that is part of others is checked with the plan that includes it: one that is"
          + " also given, or else one in plans/."
    },
    footer = {"rdpg-plan validate bootstrap", "rdpg-plan validate plans/*.yml -o json"})
final class ValidateCommand extends Subcommand {
  @Mixin private SourceOptions source = new SourceOptions();

  @Mixin private OutputOption output = new OutputOption();

  @Mixin private LimitOption limit = new LimitOption();

  @Parameters(
      arity = "1..*",
      paramLabel = "PLAN",
      description = "Paths, or names of plans in plans/.")
  private List<String> plans = new ArrayList<>();

  @Override
  public Integer call() {
    Workspace workspace = root.workspace(source, plans);
    PlanSet set =
        new PlanSet(RootCommand.compiler(workspace, source), limit.pattern(root.installation()));
    Diagnostics diagnostics = new Diagnostics();
    List<CheckedPlan> checked = new ArrayList<>();
    for (String plan : plans) {
      try {
        checked.add(set.add(workspace.plan(plan)));
      } catch (Failure missing) {
        diagnostics.add(missing.diagnostic());
      }
    }
    set.complete(workspace::isBelowPlans, workspace::planFiles);
    set.prove(diagnostics);
    diagnostics.rejectIfAny();
    if (output.json()) {
      CommandLineRunner.reportEnd(root.streams(), List.of(), false, 0);
    } else {
      checked.forEach(plan -> root.streams().out().println(understood(plan, set.whole(plan))));
    }
    return 0;
  }

  private static String understood(CheckedPlan plan, CheckedPlan whole) {
    Path file = plan.plan().file();
    Path whereChecked = whole.plan().file();
    return whereChecked.equals(file)
        ? file + ": valid, for " + Plural.of(plan.nodes().size(), "node")
        : file + ": valid, as included by " + whereChecked;
  }
}
