package io.rdpg.plan.step.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {
  @ParameterizedTest
  @CsvSource({
    "10s, PT10S",
    "1m30s, PT1M30S",
    "5ms, PT0.005S",
    "1.5h, PT1H30M",
    ".5s, PT0.5S",
    "2.us, PT0.000002S",
    "2\u00b5s, PT0.000002S",
    "0s, PT0S",
    "2562047h47m16s, PT2562047H47M16S",
  })
  void a_text_means_what_go_takes_it_for(String written, Duration meant) {
    assertThat(GoDuration.parse(written)).contains(meant);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10", "10 s", "1 day", "1d", "s", ".s", "-1s", "2562048h"})
  void what_go_takes_for_none_is_none(String written) {
    assertThat(GoDuration.parse(written)).isEmpty();
  }
}
