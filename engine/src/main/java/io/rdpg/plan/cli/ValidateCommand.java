package io.rdpg.plan.cli;

import io.rdpg.plan.diag.Diagnostics;
import io.rdpg.plan.proof.Proofs;
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
    JudgedPlans judging = new JudgedPlans(root.installation(), sources, limit);
    List<JudgedPlan> judged = judging.each(plans);
    List<JudgedPlan> others = judging.withInstalled(judged);
    Map<String, JudgedPlan> wholes = new LinkedHashMap<>();
    List<String> fitting = new ArrayList<>();
    for (JudgedPlan one : judged) {
      boolean part = !one.faults().isEmpty() || one.isIncludedBy(judged);
      JudgedPlan whole = part ? one.includer(others).orElse(one) : one;
      wholes.putIfAbsent(whole.file(), whole);
      fitting.add(
          one.file()
              + ": understood, "
              + (whole.file().equals(one.file())
                  ? "for " + one.nodes()
                  : "as included by " + whole.file()));
    }
    Diagnostics diagnostics = new Diagnostics();
    Proofs proofs = sources.proofs();
    for (JudgedPlan whole : wholes.values()) {
      whole.faults().all().forEach(diagnostics::add);
      if (whole.target() != null && whole.faults().isEmpty()) {
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
