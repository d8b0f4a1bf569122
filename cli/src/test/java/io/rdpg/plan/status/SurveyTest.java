package io.rdpg.plan.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.analysis.CheckedPlan;
import io.rdpg.plan.analysis.NodeSelection;
import io.rdpg.plan.analysis.PlanCompiler;
import io.rdpg.plan.analysis.Sources;
import io.rdpg.plan.interpret.ArgumentRenderer;
import io.rdpg.plan.step.builtin.Primitives;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.Deadlines;
import io.rdpg.plan.target.LoginTurns;
import io.rdpg.plan.testing.MemoryTarget;
import io.rdpg.plan.testing.OwnThread;
import io.rdpg.plan.testing.TestDeadlines;
import io.rdpg.plan.testing.TestFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SurveyTest {
  @TempDir Path directory;

  @Test
  void a_watch_ends_when_its_answers_can_no_longer_be_shown() {
    try (Deadlines deadlines = new Deadlines(LoginTurns.NONE)) {
      Survey survey = survey(deadlines);
      assertThat(
              OwnThread.run(() ->
                  survey.watch(
                      Duration.ofDays(1),
                      _ -> {
                        throw new IllegalStateException("the terminal is gone");
                      },
                      new Cancellation())))
          .failsWithin(TestDeadlines.SOON)
          .withThrowableThat()
          .havingRootCause()
          .withMessage("the terminal is gone");
    }
  }

  private Survey survey(Deadlines deadlines) {
    Path inventory = directory.resolve("inventory.yml");
    TestFiles.write(inventory, "all: {hosts: {n1: {ansible_host: 10.0.0.1}}}\n");
    Path plan = directory.resolve("plan.yml");
    TestFiles.write(
        plan,
        """
        plan: p
        steps:
          - name: a key
            lookup: {key: k}
            register: k
        """);
    Sources sources = Sources.read(inventory, List.of(), _ -> Map.of());
    CheckedPlan read =
        new PlanCompiler(sources, Primitives.all(), Primitives.signatures())
            .read(plan, NodeSelection.of("all"), null);
    return new Survey(
        new Survey.Terms(
            read.plan(),
            sources.facts(),
            sources.templates(),
            new ArgumentRenderer(sources.templates(), sources.files()),
            Primitives.all(),
            new MemoryTarget(),
            deadlines,
            Duration.ofMinutes(1)),
        read.nodes());
  }
}
