package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The same bootstrap by five processes at once, each for one node and without SSH. */
@Tag("cluster")
@Tag("long")
class FiveProcessesIT implements InPostgres, InConsul, InFiles, Replicates, Serves, RunsAgain {
  @AutoClose private static final LabUnderTest LAB = LabUnderTest.start();
  private static List<CommandResult> first;

  @BeforeAll
  static void bootstrap() {
    first = applyEverywhere();
  }

  private static List<CommandResult> applyEverywhere() {
    return LAB.nodes().stream()
        .map(node -> LAB.start("apply", "bootstrap.yml", "-l", node, "--local", "-o", "json"))
        .toList()
        .stream()
        .map(Running::await)
        .toList();
  }

  @Test
  void each_process_works_on_its_node_to_the_end() {
    for (int i = 0; i < first.size(); i++) {
      CommandResult result = first.get(i).exits(0);
      assertThat(result.events("run_started").getFirst().path("nodes").path(0).asText())
          .isEqualTo(LAB.nodes().get(i));
    }
  }

  @Override
  public LabUnderTest lab() {
    return LAB;
  }

  @Override
  public List<CommandResult> again() {
    return applyEverywhere();
  }
}
