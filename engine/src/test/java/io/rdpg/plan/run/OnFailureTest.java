package io.rdpg.plan.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.testing.RunFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a block does when one of its steps has failed. */
class OnFailureTest {
  private static final String NESTED =
      """
        - name: outer
          steps:
            - name: inner
              steps:
                - name: under a lock
                  consul_lock:
                    key: l
                    steps:
                      - name: a
                        consul_kv: {key: a, value: 1}
                      - name: b
                        consul_kv: {key: b, value: 1}
                      - name: c
                        consul_kv: {key: c, value: 1}
              on_failure:
                - name: undo a
                  consul_kv: {key: a, absent: true}
            - name: d
              consul_kv: {key: d, value: 1}
          on_failure:
            - name: undo all
              consul_kv: {key: undone, value: 1}
        - name: e
          consul_kv: {key: e, value: 1}
      """;

  @TempDir Path directory;

  private RunFixture stage;

  @BeforeEach
  void open() {
    stage = new RunFixture(directory);
  }

  private void failAt(String key) {
    stage.target.beforePerform((_, _, effect) -> {
      if (effect instanceof Effect.PutKey put && put.key().equals(key)) {
        throw Failure.of(Code.SQL_FAILED, "no " + key);
      }
    });
  }

  @Test
  void each_block_around_a_failure_has_its_turn_and_then_the_run_of_the_node_ends() {
    failAt("b");
    RunFixture.Played played = stage.on("n1").apply(NESTED);
    assertThat(played.exit()).isEqualTo(ExitCode.STEP_FAILED);
    assertThat(played.steps("n1"))
        .filteredOn(step -> !step.endsWith("under a lock"))
        .containsExactly("changed a", "failed b", "changed undo a", "changed undo all");
  }

  @Test
  void nothing_of_it_is_done_when_nothing_fails() {
    RunFixture.Played played = stage.on("n1").apply(NESTED);
    assertThat(played.exit()).isEqualTo(ExitCode.DONE);
    assertThat(played.steps("n1"))
        .filteredOn(step -> !step.endsWith("under a lock"))
        .containsExactly("changed a", "changed b", "changed c", "changed d", "changed e");
  }

  @Test
  void a_failure_after_the_block_is_not_the_blocks() {
    failAt("e");
    assertThat(stage.on("n1").apply(NESTED).steps("n1"))
        .contains("failed e")
        .noneMatch(step -> step.contains("undo"));
  }

  @Test
  void one_that_fails_itself_ends_that_list_and_the_first_failure_gives_the_exit_code() {
    stage.target.beforePerform((_, _, effect) -> {
      if (effect instanceof Effect.DeleteKey) {
        throw Failure.of(Code.POSTGRES_UNREACHABLE, "no undoing");
      }
      if (effect instanceof Effect.PutKey put && put.key().equals("b")) {
        throw Failure.of(Code.SQL_FAILED, "no b");
      }
    });
    RunFixture.Played played = stage.on("n1").apply(NESTED);
    assertThat(played.steps("n1")).contains("failed b", "failed undo a", "changed undo all");
  }
}
