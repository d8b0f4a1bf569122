package io.rdpg.plan.cli;

import io.rdpg.plan.diag.Diagnostics;
import io.rdpg.plan.diag.Failure;
import io.rdpg.plan.proof.Proofs;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code validate}: tells all that is wrong with plans, and contacts nothing. */
@Command(name = "validate", description = "Checks plans and the inventory. Contacts nothing.")
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
    Diagnostics diagnostics = new Diagnostics();
    Proofs proofs = sources.proofs();
    List<String> fitting = new ArrayList<>();
    for (String plan : plans) {
      try {
        int before = diagnostics.all().size();
        Sources.Target target = sources.target(root.installation(), plan, limit, null, diagnostics);
        if (diagnostics.all().size() == before) {
          proofs.check(target.plan(), target.nodes(), diagnostics);
        }
        fitting.add(target.plan().file() + ": understood, for " + nodes(target.nodes().size()));
      } catch (Failure failure) {
        diagnostics.add(failure.diagnostic());
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

  private static String nodes(int count) {
    return count == 1 ? "1 node" : count + " nodes";
  }
}
