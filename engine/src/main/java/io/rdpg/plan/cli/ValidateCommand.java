package io.rdpg.plan.cli;

import io.rdpg.plan.diag.Diagnostics;
import io.rdpg.plan.diag.Failure;
import io.rdpg.plan.model.Plan;
import io.rdpg.plan.model.Step;
import io.rdpg.plan.proof.Proofs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code validate}: tells all that is wrong with plans, and contacts nothing. */
@Command(
    name = "validate",
    description = "Checks plans and the inventory. Contacts nothing.",
    footer = {
      "rdpg-plan validate bootstrap",
      "rdpg-plan validate plans/leader.yml plans/nonleader.yml -o json"
    })
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
    List<Judged> judged = plans.stream().map(plan -> judge(sources, plan)).toList();
    Diagnostics diagnostics = new Diagnostics();
    Proofs proofs = sources.proofs();
    List<String> fitting = new ArrayList<>();
    for (Judged one : judged) {
      Optional<Judged> whole = judged.stream().filter(other -> other.includes(one)).findFirst();
      if (whole.isPresent()) {
        fitting.add(one.file() + ": understood, as included by " + whole.get().file());
        continue;
      }
      one.faults().all().forEach(diagnostics::add);
      if (one.target() != null && one.faults().isEmpty()) {
        proofs.check(one.target().plan(), one.target().nodes(), diagnostics);
        fitting.add(one.file() + ": understood, for " + nodes(one.target().nodes().size()));
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

  private Judged judge(Sources sources, String plan) {
    Diagnostics faults = new Diagnostics();
    try {
      return new Judged(sources.target(root.installation(), plan, limit, null, faults), faults);
    } catch (Failure failure) {
      faults.add(failure.diagnostic());
      return new Judged(null, faults);
    }
  }

  /**
   * A plan as it is by itself.
   *
   * @param target null when there is no such plan
   */
  private record Judged(Sources.@Nullable Target target, Diagnostics faults) {
    String file() {
      return target == null ? "" : target.plan().file().toString();
    }

    /**
     * Whether this plan includes another, and not the other way round too. What an included plan
     * needs from its includer it lacks by itself, so it is judged there.
     */
    boolean includes(Judged other) {
      return target != null
          && other.target != null
          && included(target.plan()).contains(path(other.target.plan()))
          && !included(other.target.plan()).contains(path(target.plan()));
    }

    private static Set<Path> included(Plan plan) {
      Set<Path> files = new HashSet<>();
      collect(plan.steps(), files);
      return files;
    }

    private static void collect(List<Step> steps, Set<Path> files) {
      for (Step step : steps) {
        if (step instanceof Step.Include include) {
          include.plans().values().forEach(plan -> files.add(path(plan)));
        }
        collect(step.nested(), files);
      }
    }

    private static Path path(Plan plan) {
      return plan.file().toAbsolutePath().normalize();
    }
  }

  private static String nodes(int count) {
    return count == 1 ? "1 node" : count + " nodes";
  }
}
