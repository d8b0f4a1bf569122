package io.rdpg.plan.run;

import io.rdpg.plan.diag.ExitCode;
import io.rdpg.plan.event.Event;
import io.rdpg.plan.event.Findings;
import io.rdpg.plan.event.Status;
import io.rdpg.plan.testing.Choices;
import io.rdpg.plan.testing.Stage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A random plan that was previewed and applied in a random world, and what came of it.
 *
 * @param choices what makes it again
 * @param nodes which nodes the plan was taken to
 * @param world what was there before, in words
 * @param steps the plan's steps
 * @param lies what the previews said that did not come true
 * @param forecasts how many steps the first preview told of
 * @param tentative how many of them were tentative
 * @param kept how many forecasts came true
 * @param settled whether the plan had nothing left to do after it was applied
 */
record RandomCase(
    List<Integer> choices,
    List<String> nodes,
    List<String> world,
    String steps,
    List<String> lies,
    long forecasts,
    long tentative,
    int kept,
    boolean settled) {

  private static final List<String> NODES = List.of("n1", "n2", "n3");

  static RandomCase play(Path folder, Choices choices) {
    List<String> nodes = NODES.subList(0, 1 + choices.below(3));
    Stage stage = new Stage(folder).on(nodes.toArray(String[]::new));
    RandomPlan.TEMPLATES.forEach(one -> stage.file(one.name(), one.content()));
    boolean bare = choices.oneIn(2);
    RandomPlan plan = new RandomPlan(choices, nodes, !bare);
    String steps = plan.steps();
    List<String> world = RandomWorld.fill(stage.world, nodes, bare, plan.races(), choices);
    List<String> lies = new ArrayList<>();

    Pair first = Pair.play(stage, nodes, steps, plan.races());
    lies.addAll(first.lies());
    Pair second = Pair.play(stage, nodes, steps, plan.races());
    second.lies().forEach(lie -> lies.add("the second time: " + lie));
    boolean settled =
        first.applied().exit() == ExitCode.DONE
            && second.applied().exit() == ExitCode.DONE
            && second.applied().finished().stream()
                .noneMatch(step -> step.status() == Status.CHANGED);
    if (settled) {
      lies.addAll(foundAlthoughSettled(second.preview()));
    }
    List<Event.StepFinished> forecasts = first.preview().finished();
    return new RandomCase(
        choices.made(),
        nodes,
        world,
        steps,
        lies,
        forecasts.size(),
        forecasts.stream().filter(step -> step.status() == Status.TENTATIVE).count(),
        first.honesty().kept() + second.honesty().kept(),
        settled);
  }

  private static List<String> foundAlthoughSettled(Stage.Played preview) {
    return preview.finished().stream()
        .filter(step -> !Set.of(Status.OK, Status.SKIPPED).contains(step.status()))
        .map(step -> "in sync, but a preview says: " + step)
        .toList();
  }

  /** A preview and the apply after it. */
  private record Pair(
      Stage.Played preview, Stage.Played applied, Honesty honesty, List<String> acted) {

    static Pair play(Stage stage, List<String> nodes, String steps, boolean races) {
      stage.world.forgetCounts();
      Ledger found = new Ledger();
      Stage.Played preview = stage.findings(found).preview(steps);
      List<String> acted = new ArrayList<>();
      int locks = stage.world.consul().acquired().size();
      if (!stage.findings(Findings.IGNORED).preview(steps).story().equals(preview.story())) {
        acted.add("another preview of the same says something else");
      }
      if (!stage.world.performed().isEmpty()) {
        acted.add("a preview performs " + stage.world.performed());
      }
      if (stage.world.consul().acquired().size() > locks) {
        acted.add("a preview takes a lock");
      }
      InTurn inTurn = new InTurn(stage.world, nodes, found);
      Ledger permitted = new Ledger();
      Stage.Played applied = stage.applyIn(inTurn, inTurn).permit(permitted).apply(steps);
      boolean anyOrder = races && preview.finished().stream().anyMatch(Pair::isGuessedWait);
      Honesty honesty =
          inTurn.outOfOrder() || anyOrder
              ? Honesty.UNTOLD
              : Honesty.of(new Honesty.Run(preview, found), new Honesty.Run(applied, permitted));
      return new Pair(preview, applied, honesty, acted);
    }

    /** A node that races others and whose wait is only guessed to hold may be late in the race. */
    private static boolean isGuessedWait(Event.StepFinished step) {
      return step.status() == Status.TENTATIVE && step.at().primitive().equals("wait_for");
    }

    List<String> lies() {
      List<String> all = new ArrayList<>(acted);
      all.addAll(honesty.lies());
      return all;
    }
  }

  String show() {
    return """
    nodes: %s
    world:
      %s
    steps:
    %s
    %s
    """
        .formatted(
            String.join(", ", nodes),
            String.join("\n  ", world),
            steps,
            lies.stream().map(lie -> "- " + lie).collect(Collectors.joining("\n")))
        .strip();
  }
}
