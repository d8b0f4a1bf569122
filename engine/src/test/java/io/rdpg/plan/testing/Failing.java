package io.rdpg.plan.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What is expected to fail with a {@link Failure}. */
public final class Failing {
  private Failing() {}

  /** Runs it, and gives the diagnostic that it fails with. */
  public static Diagnostic diagnosticOf(ThrowingCallable action) {
    Failure failure = catchThrowableOfType(Failure.class, action);
    assertThat(failure).as("it fails").isNotNull();
    return failure.diagnostic();
  }
}
