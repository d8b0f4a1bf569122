package io.rdpg.plan.run;

/** A rehearsal has found something to do. */
final class OutOfSync extends RuntimeException {
  OutOfSync() {
    super("something to do", null, false, false);
  }
}
