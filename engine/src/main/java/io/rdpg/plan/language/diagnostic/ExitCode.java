package io.rdpg.plan.language.diagnostic;

import java.util.Collection;
import java.util.List;

/** How a run ended, as the shell sees it. */
public enum ExitCode {
  DONE(0),
  STEP_FAILED(1),
  NOT_UNDERSTOOD(2),
  NODE_UNUSABLE(3),
  LOCK(4),
  DIFFERS_AFTER(5),
  PREVIEW_OUTDATED(6),
  CHANGES_FOUND(10),
  INTERRUPTED(130);

  private static final List<ExitCode> WORST_FIRST =
      List.of(
          INTERRUPTED,
          NOT_UNDERSTOOD,
          LOCK,
          NODE_UNUSABLE,
          STEP_FAILED,
          DIFFERS_AFTER,
          PREVIEW_OUTDATED,
          CHANGES_FOUND,
          DONE);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  /** The most important of several; {@link #DONE} for none. */
  public static ExitCode worst(Collection<ExitCode> codes) {
    return WORST_FIRST.stream().filter(codes::contains).findFirst().orElse(DONE);
  }
}
