package io.rdpg.plan.junit;

/** A run that was killed; what it left behind is as it is. */
public final class Killed {
  private final Lab lab;
  private final String plan;
  private final String[] options;

  Killed(Lab lab, String plan, String[] options) {
    this.lab = lab;
    this.plan = plan;
    this.options = options.clone();
  }

  /**
   * Applies the plan again with the same options, which must finish what was begun, and then once
   * more.
   *
   * @return what the last apply did: nothing, when the plan converges
   * @throws org.opentest4j.AssertionFailedError when one of the two fails
   */
  public Applied appliedAgain() {
    var _ = lab.apply(plan, options);
    return lab.apply(plan, options);
  }
}
