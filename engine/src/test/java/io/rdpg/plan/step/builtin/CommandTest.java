package io.rdpg.plan.step.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CommandTest {
  private static final String MAKE =
      "{run: [make, it], unless: [made, it], stdin: in, env: {A: b}}";

  @Test
  void a_command_is_run_unless_another_exits_0() {
    assertThat(diff(MAKE, new Observation.CommandResult(0, "", "")))
        .isEqualTo(new Diff.InSync("its `unless` command exits 0"));
    Diff.Change change = (Diff.Change) diff(MAKE, new Observation.CommandResult(2, "", ""));
    assertThat(change.because()).isEqualTo("its `unless` command exits 2");
    assertThat(change.detail()).isEqualTo("make it");
    assertThat(change.lookAgain()).isTrue();
    assertThat(change.effects())
        .containsExactly(
            new Effect.RunCommand(
                List.of(Text.plain("make"), Text.plain("it")),
                Text.plain("in"),
                Map.of("A", Text.plain("b"))));
  }

  @Test
  void a_guard_that_can_not_be_run_is_an_error() {
    Diff.Refused missing =
        (Diff.Refused)
            diff(MAKE, new Observation.CommandResult(127, "", "sh: 1: exec: made: not found\n"));
    assertThat(missing.message())
        .isEqualTo(
            "its `unless` command can't tell whether it is done: made exited with 127:"
                + " sh: 1: exec: made: not found");
    assertThat(missing.hint()).contains("command -v PROGRAM");
    assertThat(diff(MAKE, new Observation.CommandResult(126, "", "")))
        .isInstanceOfSatisfying(
            Diff.Refused.class, one -> assertThat(one.hint()).contains("may not run it"));
  }

  @Test
  void what_runs_always_is_not_looked_at() {
    assertThat(((Diff.Change) diff("{run: make, always: true}")).lookAgain()).isFalse();
    assertThatThrownBy(() -> diff("{run: make, always: false}"))
        .hasMessageContaining("needs one of 'unless', 'always'");
    assertThatThrownBy(() -> diff("{run: make, always: 'false'}"))
        .hasMessageContaining("must be true where there is no 'unless'");
  }

  @Test
  void no_command_is_refused() {
    assertThatThrownBy(() -> diff("{run: [], always: true}"))
        .hasMessageContaining("names no command");
    assertThatThrownBy(() -> diff("{run: make, unless: []}"))
        .hasMessageContaining("names no command");
  }

  private static Diff diff(String yaml, Observation... observations) {
    return StepArguments.diff(new Command(), yaml, observations);
  }
}
