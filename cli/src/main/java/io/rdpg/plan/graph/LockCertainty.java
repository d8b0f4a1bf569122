package io.rdpg.plan.graph;

/** Whether a lock is held, as far as the plan shows. */
enum LockCertainty {
  NO,
  /** Released on some paths to here, but not on all. */
  MAYBE,
  YES;

  /** Where two branches join. */
  LockCertainty or(LockCertainty other) {
    return this == other ? this : MAYBE;
  }
}
