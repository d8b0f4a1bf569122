package io.rdpg.plan.language.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

  @ParameterizedTest
  @ValueSource(strings = {"250ms", "1s", "1s500ms", "1m", "1m30s", "2m1ms", "1h30m", "25h1s"})
  void what_is_shown_is_the_same_when_it_is_read(String written) {
    Duration read = Durations.parse(written).orElseThrow();
    assertThat(Durations.show(read)).isEqualTo(written);
  }

  @Test
  void nothing_of_a_duration_is_lost() {
    assertThat(Durations.show(Durations.parse("1500ms").orElseThrow())).isEqualTo("1s500ms");
    assertThat(Durations.show(Duration.ZERO)).isEqualTo("0s");
  }

  @Test
  void a_measured_one_is_shown_as_exactly_as_people_read_it() {
    assertThat(Durations.about(Duration.ofMillis(34))).isEqualTo("34ms");
    assertThat(Durations.about(Duration.ofMillis(1_534))).isEqualTo("1s500ms");
    assertThat(Durations.about(Duration.ofMillis(61_534))).isEqualTo("1m1s");
  }
}
