package io.rdpg.plan.rehearse;

import com.fasterxml.jackson.databind.JsonNode;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.trial.ProgramResult;
import io.rdpg.plan.trial.TrialLab;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What two runs do that nothing interrupts, one after the other: what all else is compared with.
 *
 * @param performed by the first
 * @param repeats the ids of steps that the second does again: they are never in sync
 * @param leaks where passwords are found
 * @param failsAgain how the second fails; empty when it doesn't
 * @param state what is there afterwards
 * @param nodes on which it runs
 * @param took how long the first took, which says how fast this machine is
 */
record Undisturbed(
    Performed performed,
    Set<String> repeats,
    Set<String> leaks,
    Optional<String> failsAgain,
    LabState state,
    List<String> nodes,
    Duration took) {
  private static final Duration LONGEST = Duration.ofMinutes(30);

  /**
   * Makes both runs.
   *
   * @throws Failure when the first one fails
   */
  static Undisturbed on(TrialLab lab, PlanRuns runs) {
    long begin = System.nanoTime();
    ProgramResult first = ended(runs);
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    if (first.exit() != 0) {
      throw Failure.of(
          Code.LAB_FAILED,
          "the plan fails on a fresh lab: " + PlanRuns.failure(first),
          "only a plan that can be applied to this lab can be rehearsed: try apply first");
    }
    ProgramResult second = ended(runs);
    return new Undisturbed(
        Performed.by(first),
        Set.copyOf(Performed.by(second).changed().keySet()),
        Leaks.in(lab, List.of(first, second)),
        second.exit() == 0 ? Optional.empty() : Optional.of(PlanRuns.failure(second)),
        LabState.of(lab),
        first.events("run_started").stream()
            .flatMap(event -> event.path("nodes").valueStream())
            .map(JsonNode::asText)
            .toList(),
        took);
  }

  private static ProgramResult ended(PlanRuns runs) {
    return runs.start(Map.of())
        .await(LONGEST)
        .orElseThrow(() ->
            Failure.of(
                Code.LAB_FAILED,
                "the plan still runs after "
                    + LONGEST.toMinutes()
                    + " minutes, although nothing interrupts it",
                "only a plan that comes to an end can be rehearsed"));
  }

  /** What is wrong with the plan by these runs alone. */
  List<String> wrong() {
    List<String> wrong = new ArrayList<>();
    failsAgain.ifPresent(how -> wrong.add("it fails when it is run a second time: " + how));
    repeats.stream()
        .sorted()
        .map(id -> "'" + id + "' is never in sync: a second run does it again")
        .forEach(wrong::add);
    leaks.stream().sorted().forEach(wrong::add);
    return wrong;
  }

  /** What other runs together did more or less often, of the steps that a second run leaves. */
  List<String> differences(Performed all) {
    return all.differences(performed, repeats);
  }

  /** The steps after which a run can be interrupted, each with the interruptions that tell. */
  Stream<Round> rounds(Set<Interruption> with) {
    Set<String> changed = performed.changed().keySet();
    return Stream.concat(
        changed.stream().flatMap(step -> with.stream().map(how -> new Round(step, how))),
        performed.asked().stream()
            .filter(step -> !changed.contains(step))
            .flatMap(step ->
                with.stream().filter(Interruption::outdates).map(how -> new Round(step, how))));
  }

  /** Without what is wrong although nothing interrupts the plan. */
  List<String> newLeaks(Set<String> found) {
    return found.stream().filter(leak -> !leaks.contains(leak)).sorted().toList();
  }

  /** The steps of a run that should have found everything in sync. */
  Set<String> outOfSync(ProgramResult run) {
    return Performed.by(run).changed().keySet().stream()
        .filter(id -> !repeats.contains(id))
        .collect(Collectors.toUnmodifiableSet());
  }
}
