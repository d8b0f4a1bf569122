package io.rdpg.plan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.e2e.CommandResult;
import io.rdpg.plan.e2e.Running;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Benchmarks work, at their smallest size. What they measure is for people to judge. */
@Tag("tool")
class BenchIT {
  private static final Path CHECKOUT =
      Path.of(System.getProperty("rdpg.checkout", "..")).toAbsolutePath().normalize();

  @Test
  void speed_compares_a_run_that_changes_nothing_with_the_floor() {
    CommandResult result =
        Running.run(
            CHECKOUT,
            Map.of("RDPG_PLAN_BUILD", "never"),
            List.of(CHECKOUT + "/bench/speed", "2", "1", "6"));
    assertThat(result.exit()).as("%s", result).isZero();
    assertThat(result.stdout())
        .contains("2 hosts, 6 steps, 1 runs", "floor ", "rdpg-plan-no-ask-ahead", "CPU of our own");
  }
}
