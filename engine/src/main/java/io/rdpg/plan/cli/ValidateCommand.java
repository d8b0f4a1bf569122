package io.rdpg.plan.cli;

import io.rdpg.plan.diag.Diagnostics;
import io.rdpg.plan.diag.Failure;
import io.rdpg.plan.model.Plan;
import io.rdpg.plan.model.Step;
import io.rdpg.plan.proof.Proofs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    List<Judged> judged = judge(sources, plans);
    List<Judged> others = withInstalled(sources, judged);
    Map<String, Judged> wholes = new LinkedHashMap<>();
    List<String> fitting = new ArrayList<>();
    for (Judged one : judged) {
      boolean part = !one.faults().isEmpty() || isIncluded(one, judged);
      Judged whole = part ? includer(one, others).orElse(one) : one;
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
    for (Judged whole : wholes.values()) {
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

  private static boolean isIncluded(Judged one, List<Judged> others) {
    return others.stream().anyMatch(other -> other.includes(one));
  }

  /**
   * The plan among others that a plan is a part of, and that is a part of none itself. What an
   * included plan needs from its includer it lacks by itself, so it is judged there.
   */
  private static Optional<Judged> includer(Judged one, List<Judged> others) {
    return others.stream()
        .filter(other -> other.includes(one) && !isIncluded(other, others))
        .findFirst();
  }

  /** With all plans in {@code plans/} where one from there can't be judged by those named. */
  private List<Judged> withInstalled(Sources sources, List<Judged> judged) {
    List<Judged> all = new ArrayList<>(judged);
    boolean more =
        judged.stream()
            .filter(one -> one.target() != null && !one.faults().isEmpty())
            .filter(one -> !isIncluded(one, judged))
            .anyMatch(one -> root.installation().isBelowPlans(Path.of(one.file())));
    if (more) {
      all.addAll(judge(sources, root.installation().plans()));
    }
    return all;
  }

  private List<Judged> judge(Sources sources, Collection<String> plans) {
    return plans.stream().map(plan -> judge(sources, plan)).toList();
  }

  private Judged judge(Sources sources, String plan) {
    Diagnostics faults = new Diagnostics();
    try {
      return new Judged(
          plan, sources.target(root.installation(), plan, limit, null, faults), faults);
    } catch (Failure failure) {
      faults.add(failure.diagnostic());
      return new Judged(plan, null, faults);
    }
  }

  /**
   * A plan as it is by itself.
   *
   * @param asked as the command line names it
   * @param target null when there is no such plan
   */
  private record Judged(String asked, Sources.@Nullable Target target, Diagnostics faults) {
    /** Its path, or how it was asked for where there is no such plan. */
    String file() {
      return target == null ? asked : target.plan().file().toString();
    }

    String nodes() {
      int count = target == null ? 0 : target.nodes().size();
      return count == 1 ? "1 node" : count + " nodes";
    }

    /** Whether this plan includes another, and not the other way round too. */
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
}
