package io.rdpg.plan.rehearse;

import io.rdpg.plan.trial.Breakpoint;
import io.rdpg.plan.trial.ProgramResult;
import io.rdpg.plan.trial.RunningProgram;
import io.rdpg.plan.trial.TrialLab;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** One round, from its interruption to what is wrong afterwards. Used once. */
final class Trial {
  /** Within which a run is told by Consul that its session has ended. */
  private static final Duration NEWS = Duration.ofSeconds(1);

  private static final Duration SHORTEST_SETTLING = Duration.ofSeconds(10);
  private static final Duration SHORTEST_DEADLINE = Duration.ofMinutes(1);
  private static final int SLOWER = 10;

  private final TrialLab lab;
  private final PlanRuns plan;
  private final Undisturbed undisturbed;
  private final Round round;
  private final Duration deadline;
  private final List<String> wrong = new ArrayList<>();
  private final List<ProgramResult> runs = new ArrayList<>();

  /**
   * @param undisturbed what it is compared with
   */
  Trial(TrialLab lab, PlanRuns plan, Undisturbed undisturbed, Round round) {
    this.lab = lab;
    this.plan = plan;
    this.undisturbed = undisturbed;
    this.round = round;
    this.deadline = longer(SHORTEST_DEADLINE, undisturbed.took().multipliedBy(SLOWER));
  }

  /** What is wrong, one line each. */
  List<String> wrong() {
    return List.copyOf(wrong);
  }

  /** Runs the plan, interrupts it, runs it again, and compares. */
  Outcome outcome() {
    Breakpoint breakpoint = lab.runs().breakpoint(round.step());
    RunningProgram first = plan.start(breakpoint.environment());
    boolean reached = breakpoint.awaitReached(first, deadline);
    if (reached) {
      interrupt(first, breakpoint);
      compare();
    } else {
      ended(first, "the run");
    }
    if (!wrong.isEmpty()) {
      return Outcome.UNSAFE;
    }
    return reached ? Outcome.SAFE : Outcome.NOT_REACHED;
  }

  private void interrupt(RunningProgram first, Breakpoint breakpoint) {
    String node = nodeOf(first);
    switch (round.with()) {
      case KILL -> {
        runs.add(first.kill());
        lab.consul().endSessions();
        again(node);
      }
      case PAUSE -> {
        Duration lease = lab.consul().longestLease();
        first.signal("STOP");
        long asleep = System.nanoTime();
        lab.consul().endSessions();
        ended(plan.start(Map.of()), "another run");
        sleep(lease.minusNanos(System.nanoTime() - asleep));
        first.signal("CONT");
        breakpoint.release();
        mayFail(first);
        again("");
      }
      case LOST_SESSION -> {
        lab.consul().endSessions();
        sleep(NEWS);
        breakpoint.release();
        mayFail(first);
        again("");
      }
      case RESTART -> {
        lab.stopServer(node, "postgres");
        long before = finished(first, node);
        breakpoint.release();
        await(first, undisturbed.took(), () -> finished(first, node) > before);
        lab.startServers();
        mayFail(first);
        again("");
      }
      case CUT -> {
        lab.cutConnections(node);
        breakpoint.release();
        mayFail(first);
        again("");
      }
      case SECOND_RUN -> {
        RunningProgram second = plan.start(Map.of());
        await(second, deadline, () -> waits(second));
        breakpoint.release();
        ended(first, "the first run");
        ended(second, "the second run");
      }
    }
  }

  /** Where the run stands still: its last event. */
  private String nodeOf(RunningProgram run) {
    return run.result().events("step_finished").stream()
        .filter(step -> step.path("id").asText().equals(round.step()))
        .map(step -> step.path("on").asText(step.path("node").asText()))
        .filter(lab.nodes()::contains)
        .reduce((_, last) -> last)
        .orElse(lab.nodes().getFirst());
  }

  /**
   * Runs it again to its end.
   *
   * @param last the node that comes last, as a machine that has to boot does; empty for none
   */
  private void again(String last) {
    if (!undisturbed.nodes().contains(last) || undisturbed.nodes().size() == 1) {
      ended(plan.start(Map.of()), "the run after it");
      return;
    }
    List<String> others = undisturbed.nodes().stream().filter(name -> !name.equals(last)).toList();
    RunningProgram before = plan.start(Map.of(), "-l", String.join(",", others));
    await(before, deadline, () -> waits(before));
    RunningProgram after = plan.start(Map.of(), "-l", last);
    ended(before, "the run after it on " + String.join(", ", others));
    ended(after, "the run after it on " + last);
  }

  private static boolean waits(RunningProgram run) {
    return !run.result().events("waiting").isEmpty();
  }

  private static long finished(RunningProgram run, String node) {
    return run.result().events("step_finished").stream()
        .filter(step -> step.path("node").asText().equals(node))
        .count();
  }

  /** Until a run has come so far, or ended, or too much time has passed. */
  private static void await(RunningProgram run, Duration atMost, BooleanSupplier soFar) {
    long end = System.nanoTime() + atMost.toNanos();
    while (run.process().isAlive() && !soFar.getAsBoolean() && System.nanoTime() - end < 0) {
      sleep(Duration.ofMillis(50));
    }
  }

  /** It has been interrupted: how it ends is its own affair, but it does end. */
  private void mayFail(RunningProgram run) {
    run.await(deadline).ifPresentOrElse(runs::add, () -> hangs(run, "the run"));
  }

  private void ended(RunningProgram run, String which) {
    Optional<ProgramResult> result = run.await(deadline);
    if (result.isEmpty()) {
      hangs(run, which);
      return;
    }
    runs.add(result.get());
    if (result.get().exit() != 0) {
      wrong.add(which + " fails: " + PlanRuns.failure(result.get()));
    }
  }

  private void hangs(RunningProgram run, String which) {
    ProgramResult killed = run.kill();
    runs.add(killed);
    lab.consul().endSessions();
    String waits =
        killed.events("waiting").stream()
            .reduce((_, last) -> last)
            .map(wait ->
                ", %s: '%s' waits for %s"
                    .formatted(
                        wait.path("node").asText(),
                        wait.path("id").asText(),
                        wait.path("for").asText()))
            .orElse("");
    wrong.add(which + " hangs: it still runs after " + deadline.toSeconds() + " s" + waits);
  }

  private void compare() {
    if (!wrong.isEmpty()) {
      return; // the rest follows from that
    }
    Performed all = runs.stream().map(Performed::by).reduce(Performed::and).orElseThrow();
    ended(plan.start(Map.of()), "one more run");
    undisturbed.outOfSync(runs.getLast()).stream()
        .sorted()
        .map(id -> "'" + id + "' is still not in sync: one more run does it")
        .forEach(wrong::add);
    if (round.with() != Interruption.RESTART) {
      wrong.addAll(undisturbed.differences(all)); // what a restart undoes is done again
    }
    wrong.addAll(settledDifferences());
    wrong.addAll(undisturbed.newLeaks(Leaks.in(lab, runs)));
  }

  private List<String> settledDifferences() {
    // Replication and health checks take a while.
    Duration longest = longer(SHORTEST_SETTLING, undisturbed.took().multipliedBy(2));
    long end = System.nanoTime() + longest.toNanos();
    while (true) {
      List<String> differences = LabState.of(lab).differences(undisturbed.state());
      if (differences.isEmpty() || System.nanoTime() - end > 0) {
        return differences;
      }
      sleep(Duration.ofMillis(200));
    }
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private static void sleep(Duration time) {
    try {
      Thread.sleep(time.isNegative() ? Duration.ZERO : time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
