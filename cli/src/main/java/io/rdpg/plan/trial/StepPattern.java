package io.rdpg.plan.trial;

import io.rdpg.plan.run.event.Event;

/** Which step is meant by words of a person: {@code role reports}, {@code sc1: role reports}. */
public final class StepPattern {
  private StepPattern() {}

  /** Whether a step is meant. */
  static boolean matches(String pattern, Event.At at) {
    return matches(pattern, at.node(), at.step(), at.label(), at.id());
  }

  /**
   * Whether a step is meant: by its name as the plan writes it, its label or its id, with {@code
   * NODE: } before it only on that node.
   */
  public static boolean matches(String pattern, String node, String step, String label, String id) {
    return names(pattern, step, label, id)
        || (pattern.startsWith(node + ": ")
            && names(pattern.substring(node.length() + 2), step, label, id));
  }

  private static boolean names(String pattern, String step, String label, String id) {
    return pattern.equals(step) || pattern.equals(label) || pattern.equals(id);
  }
}
