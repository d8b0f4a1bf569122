package io.rdpg.plan.run;

import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.Status;
import io.rdpg.plan.testing.Choices;
import io.rdpg.plan.testing.RunFixture;
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
 * @param target what was there before, in words
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
    List<String> target,
    String steps,
    List<String> lies,
    long forecasts,
    long tentative,
    int kept,
    boolean settled) {

  private static final List<String> NODES = List.of("n1", "n2", "n3");

  static RandomCase play(Path directory, Choices choices) {
    List<String> nodes = NODES.subList(0, 1 + choices.below(3));
    RunFixture stage = new RunFixture(directory).on(nodes.toArray(String[]::new));
    RandomPlan.TEMPLATES.forEach(one -> stage.file(one.name(), one.content()));
    boolean bare = choices.oneIn(2);
    RandomPlan plan = new RandomPlan(choices, nodes, !bare);
    String steps = plan.steps();
    List<String> target = RandomTarget.fill(stage.target, nodes, bare, plan.races(), choices);
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
        target,
        steps,
        lies,
        forecasts.size(),
        forecasts.stream().filter(step -> step.status() == Status.TENTATIVE).count(),
        first.honesty().kept() + second.honesty().kept(),
        settled);
  }

  private static List<String> foundAlthoughSettled(RunFixture.Played preview) {
    return preview.finished().stream()
        .filter(step -> !Set.of(Status.OK, Status.SKIPPED).contains(step.status()))
        .map(step -> "in sync, but a preview says: " + step)
        .toList();
  }

  /** A preview and the apply after it. */
  private record Pair(
      RunFixture.Played preview,
      RunFixture.Played applied,
      PreviewComparison honesty,
      List<String> acted) {

    static Pair play(RunFixture stage, List<String> nodes, String steps, boolean races) {
      stage.target.forgetCounts();
      EffectLog found = new EffectLog();
      RunFixture.Played preview = stage.findings(found).preview(steps);
      List<String> acted = new ArrayList<>();
      int locks = stage.target.consul().acquired().size();
      stage.findings(event -> {}).askAhead(true);
      if (!stage.preview(steps).story().equals(preview.story())) {
        acted.add("a preview that asks ahead says something else");
      }
      stage.askAhead(false);
      if (!stage.preview(steps).story().equals(preview.story())) {
        acted.add("another preview of the same says something else");
      }
      if (!stage.target.performed().isEmpty()) {
        acted.add("a preview performs " + stage.target.performed());
      }
      if (stage.target.consul().acquired().size() > locks) {
        acted.add("a preview takes a lock");
      }
      SequentialNodes inTurn = new SequentialNodes(stage.target, nodes, found);
      EffectLog permitted = new EffectLog();
      RunFixture.Played applied = stage.applyIn(inTurn, inTurn).approval(permitted).apply(steps);
      boolean anyOrder = races && preview.finished().stream().anyMatch(Pair::isGuessedWait);
      PreviewComparison honesty =
          inTurn.outOfOrder() || anyOrder
              ? PreviewComparison.UNTOLD
              : PreviewComparison.of(
                  new PreviewComparison.Run(preview, found),
                  new PreviewComparison.Run(applied, permitted));
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
            String.join("\n  ", target),
            steps,
            lies.stream().map(lie -> "- " + lie).collect(Collectors.joining("\n")))
        .strip();
  }
}
