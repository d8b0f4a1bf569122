package io.rdpg.plan.output;

/** A plan's name for other programs. */
final class PlanName {
  private PlanName() {}

  /** The same for {@code bootstrap}, {@code bootstrap.yml} and {@code plans/bootstrap.yml}. */
  static String of(String plan) {
    return plan.substring(plan.lastIndexOf('/') + 1).replaceFirst("\\.ya?ml$", "");
  }
}
