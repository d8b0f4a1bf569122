package io.rdpg.plan.rehearse;

/** What a round has shown. */
public enum Outcome {
  SAFE("safe"),
  UNSAFE("not safe"),
  /** The run ended well without coming to the step: what others did first made it needless. */
  NOT_REACHED("not tried: this run didn't come to it");

  private final String words;

  Outcome(String words) {
    this.words = words;
  }

  /** For people. */
  public String words() {
    return words;
  }
}
