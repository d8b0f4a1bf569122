package io.rdpg.plan.step.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.step.Diff;
import org.junit.jupiter.api.Test;

class AssertTest {
  @Test
  void what_does_not_hold_ends_with_the_message() {
    assertThat(StepArguments.diff(new Assert(), "{that: true, message: m}"))
        .isInstanceOf(Diff.InSync.class);
    assertThat(StepArguments.diff(new Assert(), "{that: false, message: m}"))
        .isEqualTo(new Diff.Refused(Code.ASSERTION_FAILED, "m", null));
  }
}
