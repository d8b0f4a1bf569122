package io.rdpg.plan.rehearse;

/**
 * One try.
 *
 * @param step the id of the step that is done last before the interruption
 */
public record Round(String step, Interruption with) {
  @Override
  public String toString() {
    return with.word() + " after '" + step + "'";
  }
}
