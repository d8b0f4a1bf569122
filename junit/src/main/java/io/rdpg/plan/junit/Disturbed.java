package io.rdpg.plan.junit;

import io.rdpg.plan.trial.ProgramResult;
import java.util.Optional;
import org.opentest4j.AssertionFailedError;

/** A run that ended by itself after something was done to its nodes in its midst. */
public final class Disturbed {
  private final Lab lab;
  private final String plan;
  private final String[] options;
  private final ProgramResult result;

  Disturbed(Lab lab, String plan, String[] options, ProgramResult result) {
    this.lab = lab;
    this.plan = plan;
    this.options = options.clone();
    this.result = result;
  }

  /**
   * Asserts that it ended well all the same.
   *
   * @return what it did
   */
  public Applied assertSucceeded() {
    return new Applied(plan, Errors.requireNone(plan, result), Optional.empty());
  }

  /** Asserts that it failed. */
  public Refused assertFailed() {
    return Refused.of(plan, result);
  }

  /**
   * Applies the plan again with the same options, which must finish what was begun, and then once
   * more.
   *
   * @return what the last apply did: nothing, when the plan converges
   * @throws AssertionFailedError when one of the two fails
   */
  public Applied appliedAgain() {
    return new Killed(lab, plan, options).appliedAgain();
  }
}
