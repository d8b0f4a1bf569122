package io.rdpg.plan.run;

import io.rdpg.plan.language.diagnostic.Diagnostic;

/** Ends the run on a node: a step has failed, and its event was sent. */
final class StepFailed extends RuntimeException {
  private final transient Diagnostic diagnostic;

  StepFailed(Diagnostic diagnostic) {
    super(diagnostic.message(), null, false, false);
    this.diagnostic = diagnostic;
  }

  Diagnostic diagnostic() {
    return diagnostic;
  }
}
