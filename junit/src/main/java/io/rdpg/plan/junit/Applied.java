package io.rdpg.plan.junit;

import io.rdpg.plan.trial.ProgramResult;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.opentest4j.AssertionFailedError;

/** What an {@code apply} that ended well has done. */
public final class Applied {
  private final String plan;
  private final ProgramResult result;
  private final Optional<Preview> preview;

  Applied(String plan, ProgramResult result, Optional<Preview> preview) {
    this.plan = plan;
    this.result = result;
    this.preview = preview;
  }

  private StepSet changed() {
    return StepSet.of("changed by " + plan, result, Set.of("changed"));
  }

  /** Asserts that it changed something. */
  public Applied assertChanged() {
    if (changed().steps().isEmpty()) {
      throw new AssertionFailedError(plan + " changed nothing: everything was in sync");
    }
    return this;
  }

  /**
   * Asserts which steps changed something: these and no others, in any order.
   *
   * @param first a name as the plan writes it, with {@code NODE: } before it or not
   * @param more further ones
   */
  public Applied assertChanged(String first, String... more) {
    String[] all = new String[more.length + 1];
    all[0] = first;
    System.arraycopy(more, 0, all, 1, more.length);
    changed().assertAre(all);
    return this;
  }

  /** Asserts that it found everything in sync and changed nothing. */
  public Applied assertInSync() {
    List<String> changed = changed().names();
    if (!changed.isEmpty()) {
      throw new AssertionFailedError(
          plan + " was not in sync, it changed " + String.join(", ", changed), List.of(), changed);
    }
    return this;
  }

  /**
   * Asserts that the preview before it was exact: it forecast the very effects that were performed,
   * each alike in node, step, kind, target, summary and diff, and no others, and was sure of each.
   *
   * @throws AssertionFailedError also when there was no {@link Lab#preview} of this plan since
   *     anything was applied before
   */
  public Applied assertPreviewWasExact() {
    Preview before =
        preview.orElseThrow(() ->
            new AssertionFailedError(
                "nothing was previewed: call lab.preview(\""
                    + plan
                    + "\") right before the apply"));
    if (!before.tentative().isEmpty()) {
      throw new AssertionFailedError(
          "the preview of "
              + plan
              + " could not tell what these steps do: "
              + String.join(", ", before.tentative()));
    }
    List<String> performed = EffectLines.of(result, "changed");
    if (!before.effects().equals(performed)) {
      throw new AssertionFailedError(
          "the preview of %s was not exact\nforecast:\n  %s\nperformed:\n  %s"
              .formatted(
                  plan, String.join("\n  ", before.effects()), String.join("\n  ", performed)),
          before.effects(),
          performed);
    }
    return this;
  }
}
