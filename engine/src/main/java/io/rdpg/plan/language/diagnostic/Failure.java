package io.rdpg.plan.language.diagnostic;

/** An exception with a diagnostic. */
public class Failure extends RuntimeException {
  private final transient Diagnostic diagnostic;

  public Failure(Diagnostic diagnostic) {
    super(diagnostic.message());
    this.diagnostic = diagnostic;
  }

  public Failure(Diagnostic diagnostic, Throwable cause) {
    super(diagnostic.message(), cause);
    this.diagnostic = diagnostic;
  }

  public static Failure of(Code code, String message) {
    return new Failure(Diagnostic.of(code, message));
  }

  public static Failure of(Code code, String message, String hint) {
    return new Failure(Diagnostic.of(code, message).withHint(hint));
  }

  public Diagnostic diagnostic() {
    return diagnostic;
  }
}
