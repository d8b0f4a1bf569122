package io.rdpg.plan.analysis.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.testing.Choices;
import io.rdpg.plan.testing.Shrinker;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No deadlock that the locks cause passes unseen: random plans, of which every interleaving of
 * three nodes is tried out, with the locks and as if there were none.
 *
 * <p>System properties: {@code rdpg.tries}, how many; {@code rdpg.seed}, the first one's.
 */
class EveryDeadlockTest {
  private static final int TRIES = Integer.getInteger("rdpg.tries", 1500);
  private static final long SEED = Long.getLong("rdpg.seed", 1);

  @TempDir Path directory;
  private int deadlocks;
  private int toldFalsely;
  private int tooMany;

  /** A plan, whether its nodes can come to a deadlock, and what is told of it. */
  private record Case(
      List<Integer> choices,
      String yaml,
      LockModel.@Nullable Stuck stuck,
      boolean stuckAnyway,
      List<String> breaches) {
    boolean missed() {
      return stuck != null && breaches.isEmpty();
    }
  }

  @Test
  void whoever_can_be_stuck_with_a_lock_is_told() {
    for (int i = 0; i < TRIES; i++) {
      Case one;
      try {
        one = play(Choices.at(SEED + i));
      } catch (IllegalStateException tooManyStates) {
        tooMany++;
        continue;
      }
      if (one.missed()) {
        Case small = smallest(one);
        throw new AssertionError(
            "seed %d, made smaller:%n%s%n%s".formatted(SEED + i, small.yaml(), small.stuck()));
      }
      deadlocks += one.stuck() == null ? 0 : 1;
      toldFalsely += one.stuck() == null && !one.stuckAnyway() && !one.breaches().isEmpty() ? 1 : 0;
    }
    System.out.printf(
        "%d plans: %d can end in a deadlock, all of them told; %d more are told without need; %d"
            + " have too many states%n",
        TRIES, deadlocks, toldFalsely, tooMany);
    assertThat(deadlocks).isGreaterThan(TRIES / 100);
    assertThat(toldFalsely).isLessThan(deadlocks / 2);
  }

  private Case play(Choices choices) {
    RandomLocks plan = RandomLocks.make(choices);
    List<String> breaches =
        new PathSimulator(directory, PathSimulator.THREE_NODES)
            .breaches(plan.yaml()).stream()
                .filter(breach ->
                    breach.startsWith("wait_under_lock") || breach.startsWith("lock_order"))
                .toList();
    LockModel model = new LockModel(plan.programs());
    boolean stuckAnyway = model.withoutLocks().deadlock().isPresent();
    LockModel.Stuck stuck = stuckAnyway ? null : model.deadlock().orElse(null);
    return new Case(choices.made(), plan.yaml(), stuck, stuckAnyway, breaches);
  }

  private Case smallest(Case found) {
    List<Integer> choices =
        Shrinker.of(
            found.choices(),
            candidate -> {
              Case again = play(Choices.again(candidate));
              return again.missed() ? Optional.of(again.choices()) : Optional.empty();
            },
            1000);
    return play(Choices.again(choices));
  }
}
