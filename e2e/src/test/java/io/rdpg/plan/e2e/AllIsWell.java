package io.rdpg.plan.e2e;

import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.TestDeadlines;
import java.util.function.Supplier;

/** What {@code rdpg-plan status} comes to say: a worker that began a moment ago isn't well yet. */
final class AllIsWell {
  private AllIsWell() {}

  /**
   * Asks until it says that all is well.
   *
   * @throws AssertionError with the last answer, when it never does
   */
  static void eventually(Supplier<CommandResult> status) {
    Eventually.holds(
        "all is well",
        TestDeadlines.LONG,
        () -> {
          CommandResult answer = status.get();
          if (answer.exit() != 0) {
            throw new IllegalStateException(answer.said());
          }
          return answer.said().contains("all is well");
        });
  }
}
