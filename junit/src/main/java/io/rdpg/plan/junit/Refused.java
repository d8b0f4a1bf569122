package io.rdpg.plan.junit;

import io.rdpg.plan.trial.ProgramResult;
import org.opentest4j.AssertionFailedError;

/** An {@code apply} that failed, as it was to. */
public final class Refused {
  private final String plan;
  private final ProgramResult result;

  private Refused(String plan, ProgramResult result) {
    this.plan = plan;
    this.result = result;
  }

  /**
   * A run that failed.
   *
   * @throws AssertionFailedError when it ended well
   */
  static Refused of(String plan, ProgramResult result) {
    if (result.exit() == 0) {
      throw new AssertionFailedError(plan + " was applied, and should have failed", "!= 0", 0);
    }
    return new Refused(plan, result);
  }

  /**
   * Asserts why.
   *
   * @param words stand somewhere in its errors
   */
  public Refused because(String words) {
    String said = Errors.of(result);
    if (!said.contains(words)) {
      throw new AssertionFailedError(plan + " failed for another reason\n" + said, words, said);
    }
    return this;
  }
}
