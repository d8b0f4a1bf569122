package io.rdpg.plan.rehearse;

import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Durations;
import io.rdpg.plan.language.model.Plural;
import io.rdpg.plan.trial.TrialLab;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Runs a plan on a lab again and again, interrupts it each time in another way, runs it again, and
 * compares what is there and what was done with a run that nothing interrupted.
 */
public final class Rehearsal {
  private final TrialLab lab;
  private final PlanRuns runs;
  private final Consumer<String> progress;
  private final Undisturbed undisturbed;
  private final List<Finding> findings = new ArrayList<>();

  /**
   * Runs the plan twice, undisturbed.
   *
   * @param arguments of {@code apply}: the plan and its variables
   * @param progress receives one line for each round
   * @throws Failure when the plan fails on the fresh lab although nothing interrupts it
   */
  public Rehearsal(TrialLab lab, List<String> arguments, Consumer<String> progress) {
    this.lab = lab;
    this.runs = new PlanRuns(lab, arguments);
    this.progress = progress;
    Leaks.watchStatements(lab);
    lab.remember();
    lab.restore();
    this.undisturbed = Undisturbed.on(lab, runs);
    if (!undisturbed.wrong().isEmpty()) {
      findings.add(new Finding(Optional.empty(), undisturbed.wrong()));
    }
  }

  /**
   * All rounds: each step that changed something with each interruption, and each on whose word it
   * did so with those that outdate it. None when the plan can't even be run twice.
   *
   * @param seed determines their order
   */
  public List<Round> rounds(Set<Interruption> with, long seed) {
    if (undisturbed.failsAgain().isPresent()) {
      return List.of();
    }
    List<Round> rounds = undisturbed.rounds(with).collect(Collectors.toCollection(ArrayList::new));
    Collections.shuffle(rounds, new Random(seed));
    return rounds;
  }

  /** What was found so far, by runs that nothing interrupted too. */
  public List<Finding> findings() {
    return List.copyOf(findings);
  }

  /** Tries one, on servers as they were at first. */
  public Outcome run(Round round) {
    lab.restore();
    Trial trial = new Trial(lab, runs, undisturbed, round);
    Outcome outcome = trial.outcome();
    if (outcome == Outcome.UNSAFE) {
      findings.add(new Finding(Optional.of(round), trial.wrong()));
    }
    String first = trial.wrong().isEmpty() ? "" : ": " + trial.wrong().getFirst();
    progress.accept(round + ": " + outcome.words() + first);
    return outcome;
  }

  /** How much an undisturbed run does, for people. */
  public String size() {
    return "%s on %s in %s"
        .formatted(
            Plural.of(undisturbed.performed().changed().size(), "step"),
            Plural.of(undisturbed.nodes().size(), "node"),
            Durations.about(undisturbed.took()));
  }
}
