package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.testing.Eventually;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A second run finds everything in sync and leaves no trace. */
interface RunsAgain extends InConsul {
  /** Takes the bootstrap to the lab once more, in as many processes as the first time. */
  List<CommandResult> again();

  @Test
  default void a_second_run_changes_nothing() {
    Eventually.holds("every check passes", () -> notPassing().isEmpty());
    Map<String, String> before = Footprint.of(lab());

    List<CommandResult> results = again();

    assertThat(notPassing()).as("checks that were registered anew").isEmpty();
    assertThat(Footprint.of(lab())).containsExactlyEntriesOf(before);
    for (CommandResult result : results) {
      assertThat(result.exit()).as(result.stderr()).isZero();
      assertThat(result.steps("changed")).isEmpty();
      assertThat(result.steps("failed")).isEmpty();
      assertThat(result.steps("ok")).isNotEmpty();
      assertThat(result.events("lock_acquired")).as("locks").isEmpty();
    }
  }
}
