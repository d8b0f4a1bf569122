package io.rdpg.plan.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SweepTest {
  private static final List<Integer> ALL = List.of(1, 2, 3, 4, 5, 6, 7, 8, 9);

  @Test
  void a_sample_is_spread_from_the_first_to_the_last() {
    assertThat(Sweep.sample(ALL, 1)).containsExactly(1);
    assertThat(Sweep.sample(ALL, 2)).containsExactly(1, 9);
    assertThat(Sweep.sample(ALL, 3)).containsExactly(1, 5, 9);
    assertThat(Sweep.sample(ALL, 4)).containsExactly(1, 3, 6, 9);
    assertThat(Sweep.sample(ALL, 8)).hasSize(8).doesNotHaveDuplicates();
  }

  @Test
  void few_cases_are_all_taken() {
    assertThat(Sweep.sample(ALL, 9)).isEqualTo(ALL);
    assertThat(Sweep.sample(List.of(), 3)).isEmpty();
  }
}
