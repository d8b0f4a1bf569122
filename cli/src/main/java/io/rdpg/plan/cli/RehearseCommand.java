package io.rdpg.plan.cli;

import io.rdpg.plan.analysis.CheckedPlan;
import io.rdpg.plan.analysis.NodeSelection;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.Suggestions;
import io.rdpg.plan.language.model.CommandLine;
import io.rdpg.plan.language.model.Durations;
import io.rdpg.plan.language.model.Plural;
import io.rdpg.plan.rehearse.Finding;
import io.rdpg.plan.rehearse.Interruption;
import io.rdpg.plan.rehearse.Outcome;
import io.rdpg.plan.rehearse.Rehearsal;
import io.rdpg.plan.rehearse.Round;
import io.rdpg.plan.trial.PlanProgram;
import io.rdpg.plan.trial.TrialLab;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rehearse}: finds out which steps of a plan are not safe to interrupt. */
@Command(
    description = {
      "Finds out which steps of a plan are not safe to interrupt.",
      "Runs it on a throw-away lab, at addresses of its own, and interrupts it after each step,"
          + " each time from the same state. Then it is run again, and must leave what a run leaves"
          + " that nothing interrupted.",
      "Interruptions: kill, pause (past the lease of its locks, while another run comes),"
          + " lost-session, restart (of PostgreSQL), cut (of the connection), second-run.",
      "Exits with 1 when it found something, and says how to see each again."
    },
    footer = {
      "rdpg-plan rehearse my-plan -i inventories/test.yml   every step, every interruption",
      "rdpg-plan rehearse my-plan --rounds 20 --seed 7   a sample",
      "rdpg-plan rehearse my-plan --at table --with kill   one round"
    })
final class RehearseCommand extends Subcommand {
  @Mixin private SourceOptions source = new SourceOptions();

  @Parameters(paramLabel = "PLAN", description = "A path, or the name of a plan in plans/.")
  @SuppressWarnings("NullAway.Init") // picocli gives it before call()
  private String plan;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "At most this many rounds. Default: all.")
  private @Nullable Integer rounds;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Determines the order of the rounds. Default: a random one, which is printed.")
  private @Nullable Long seed;

  @Option(
      names = "--at",
      paramLabel = "STEP",
      description = "Interrupt only after the step with this id.")
  private @Nullable String at;

  @Option(
      names = "--with",
      paramLabel = "INTERRUPTIONS",
      split = ",",
      description = "Only these interruptions. Default: all.")
  private List<String> with = new ArrayList<>();

  @Override
  public Integer call() {
    if (rounds != null && rounds < 1) {
      throw Failure.of(
          Code.BAD_COMMAND_LINE,
          "--rounds must be greater than 0, not " + rounds,
          "omit it for all rounds");
    }
    long begin = System.nanoTime();
    Set<Interruption> interruptions = interruptions();
    long order = seed == null ? new Random().nextInt(1, 1_000_000) : seed;
    Workspace workspace = root.workspace(source, List.of(plan));
    Path file = workspace.plan(plan);
    requireValid(workspace, file);
    List<String> arguments = new ArrayList<>(List.of(file.toString()));
    arguments.addAll(source.beyondInventory());
    Project project = workspace.project();
    if (project != null) {
      arguments.addAll(List.of("--project", project.folder().toString()));
    }
    try (Progress progress = new Progress(root.streams());
        TrialLab lab =
            TrialLab.start(
                PlanProgram.ofThisProcess(),
                root.installation().cwd(),
                workspace.inventories(source.inventories()),
                source.vault(workspace),
                progress::report)) {
      Rehearsal rehearsal = new Rehearsal(lab, arguments, progress::report);
      List<Round> all = rehearsal.rounds(interruptions, order);
      List<Round> chosen =
          all.stream()
              .filter(round -> at == null || round.step().equals(at))
              .limit(rounds == null ? Long.MAX_VALUE : rounds)
              .toList();
      if (chosen.isEmpty() && at != null && !all.isEmpty()) {
        throw Failure.of(
            Code.BAD_COMMAND_LINE,
            "there is nothing to interrupt after '" + at + "'",
            Suggestions.hint(
                at, all.stream().map(Round::step).collect(Collectors.toUnmodifiableSet())));
      }
      progress.report(
          "an undisturbed run changes %s; %d of %s, seed %d"
              .formatted(rehearsal.size(), chosen.size(), Plural.of(all.size(), "round"), order));
      Map<Outcome, Long> outcomes =
          chosen.stream()
              .map(rehearsal::run)
              .collect(Collectors.groupingBy(outcome -> outcome, Collectors.counting()));
      return report(rehearsal.findings(), outcomes, Duration.ofNanos(System.nanoTime() - begin));
    }
  }

  /** Its errors are told before any server is started. */
  private void requireValid(Workspace workspace, Path file) {
    CheckedPlan checked =
        RootCommand.compiler(workspace, source)
            .compile(file, new NodeSelection("all", false), List.of(), null);
    checked.diagnostics().rejectIfAny();
  }

  private Set<Interruption> interruptions() {
    if (with.isEmpty()) {
      return EnumSet.allOf(Interruption.class);
    }
    Set<Interruption> chosen = EnumSet.noneOf(Interruption.class);
    Set<String> known =
        Arrays.stream(Interruption.values())
            .map(Interruption::word)
            .collect(Collectors.toUnmodifiableSet());
    for (String word : with) {
      chosen.add(
          Arrays.stream(Interruption.values())
              .filter(one -> one.word().equals(word))
              .findFirst()
              .orElseThrow(() ->
                  Failure.of(
                      Code.BAD_COMMAND_LINE,
                      "'" + word + "' is not an interruption",
                      Suggestions.hint(word, known))));
    }
    return chosen;
  }

  private int report(List<Finding> findings, Map<Outcome, Long> outcomes, Duration took) {
    PrintStream out = root.streams().out();
    for (Finding finding : findings) {
      out.println(
          finding
              .round()
              .map(round -> "after '" + round.step() + "', when " + round.with().meaning())
              .orElse("when nothing interrupts it"));
      finding.what().forEach(line -> out.println("  " + line));
      finding.round().ifPresent(round -> out.println("  again: " + again(round)));
    }
    String counts =
        outcomes.isEmpty()
            ? "no round was tried"
            : Arrays.stream(Outcome.values())
                .filter(outcomes::containsKey)
                .map(outcome -> outcomes.get(outcome) + " " + outcome.words())
                .collect(Collectors.joining(", "));
    out.println(counts + "; " + Durations.about(took));
    return (findings.isEmpty() ? ExitCode.DONE : ExitCode.STEP_FAILED).number();
  }

  /** The command line of one round. */
  private String again(Round round) {
    List<String> words = new ArrayList<>(List.of("rdpg-plan", "rehearse", plan));
    source.inventories().forEach(inventory -> words.addAll(List.of("-i", inventory)));
    words.addAll(List.of("--at", round.step(), "--with", round.with().word()));
    words.addAll(source.beyondInventory());
    source.project().given().ifPresent(folder -> words.addAll(List.of("--project", folder)));
    return words.stream().map(CommandLine::word).collect(Collectors.joining(" "));
  }
}
