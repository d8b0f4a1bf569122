package io.rdpg.plan.run.event;

import java.util.Locale;

/** How a step ended on a node. */
public enum Status {
  OK,
  CHANGED,
  SKIPPED,
  FAILED,
  WOULD_CHANGE,
  TENTATIVE;

  /** As events carry it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
