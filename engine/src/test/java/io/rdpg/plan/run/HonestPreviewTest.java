package io.rdpg.plan.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.testing.Choices;
import io.rdpg.plan.testing.Shrinker;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A preview can't lie: plans of any shape are previewed and applied in worlds of any state.
 *
 * <p>System properties: {@code rdpg.tries}, how many; {@code rdpg.seed}, the first one's.
 */
class HonestPreviewTest {
  private static final int TRIES = Integer.getInteger("rdpg.tries", 60);
  private static final long SEED = Long.getLong("rdpg.seed", 1);
  private static final int TRIES_TO_SHRINK = 3000;

  @TempDir Path directory;

  private long forecasts;
  private long tentative;
  private int kept;
  private int settled;

  @Test
  void what_a_preview_foretells_comes_true() {
    for (int i = 0; i < TRIES; i++) {
      RandomCase played = RandomCase.play(directory, Choices.at(SEED + i));
      if (!played.lies().isEmpty()) {
        throw new AssertionError(
            "seed " + (SEED + i) + ", made smaller:\n" + smallest(played).show());
      }
      forecasts += played.forecasts();
      tentative += played.tentative();
      kept += played.kept();
      settled += played.settled() ? 1 : 0;
    }
    System.out.printf(
        "%d plans: %d of %d forecasts are tentative (%.1f %%), the %d others that were reached are"
            + " exact; %d plans were in sync afterwards%n",
        TRIES, tentative, forecasts, 100.0 * tentative / forecasts, kept, settled);
    assertThat(kept).isPositive();
    assertThat(settled).isPositive();
  }

  private RandomCase smallest(RandomCase found) {
    List<Integer> choices =
        Shrinker.of(
            found.choices(),
            candidate -> {
              RandomCase again = RandomCase.play(directory, Choices.again(candidate));
              return again.lies().isEmpty() ? Optional.empty() : Optional.of(again.choices());
            },
            TRIES_TO_SHRINK);
    return RandomCase.play(directory, Choices.again(choices));
  }
}
