package io.rdpg.plan.graph;

/** Whether a lock is held, as far as a plan tells by itself. */
enum LockCertainty {
  NO,
  /** Let go on some ways to here, but not on all. */
  MAYBE,
  YES;

  /** Where two ways meet. */
  LockCertainty or(LockCertainty other) {
    return this == other ? this : MAYBE;
  }
}
