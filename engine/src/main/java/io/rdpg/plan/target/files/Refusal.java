package io.rdpg.plan.target.files;

/** A service has refused its configuration. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1;

  private final String hint;

  /**
   * @param message a sentence with the service's own words
   */
  Refusal(String message, String hint) {
    super(message);
    this.hint = hint;
  }

  String message() {
    return String.valueOf(getMessage());
  }

  String hint() {
    return hint;
  }
}
