package io.rdpg.plan.cli;

import io.rdpg.plan.analysis.proof.PlanProver;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code validate}: tells all that is wrong with plans, and contacts nothing. */
@Command(
    name = "validate",
    description = {
      "Checks plans and the inventory. Contacts nothing.",
      "A plan that is made to be included is checked with the plan that includes it: one that is"
          + " named too, else one in plans/."
    },
    footer = {"rdpg-plan validate bootstrap", "rdpg-plan validate plans/*.yml -o json"})
final class ValidateCommand implements Callable<Integer> {
  @ParentCommand
  @SuppressWarnings("NullAway.Init") // picocli gives it before call()
  private RootCommand root;

  @Mixin private SourceOptions source = new SourceOptions();

  @Mixin private OutputOption output = new OutputOption();

  @Option(
      names = {"-l", "--limit"},
      paramLabel = "PATTERN",
      defaultValue = "all",
      description = "Only for these nodes.")
  private String limit = "all";

  @Parameters(
      arity = "1..*",
      paramLabel = "PLAN",
      description = "Paths, or names of plans in plans/.")
  private List<String> plans = new ArrayList<>();

  @Override
  public Integer call() {
    Sources sources = Sources.read(root.installation(), source);
    CheckedPlans judging = new CheckedPlans(root.installation(), sources, limit);
    List<CheckedPlan> judged = judging.each(plans);
    List<CheckedPlan> others = judging.withInstalled(judged);
    Map<String, CheckedPlan> wholes = new LinkedHashMap<>();
    List<String> fitting = new ArrayList<>();
    for (CheckedPlan one : judged) {
      boolean part = !one.diagnostics().isEmpty() || one.isIncludedBy(judged);
      CheckedPlan whole = part ? one.includer(others).orElse(one) : one;
      wholes.putIfAbsent(whole.file(), whole);
      fitting.add(
          one.file()
              + ": understood, "
              + (whole.file().equals(one.file())
                  ? "for " + one.nodes()
                  : "as included by " + whole.file()));
    }
    Diagnostics diagnostics = new Diagnostics();
    PlanProver proofs = sources.proofs();
    for (CheckedPlan whole : wholes.values()) {
      whole.diagnostics().all().forEach(diagnostics::add);
      if (whole.target() != null && whole.diagnostics().isEmpty()) {
        proofs.check(whole.target().plan(), whole.target().nodes(), diagnostics);
      }
    }
    diagnostics.rejectIfAny();
    if (output.json()) {
      CommandLineRunner.tellEnd(root.streams(), List.of(), false, 0);
    } else {
      fitting.forEach(root.streams().out()::println);
    }
    return 0;
  }
}
