package io.rdpg.plan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.e2e.CommandResult;
import io.rdpg.plan.e2e.Running;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Benchmarks work, at their smallest size. What they measure is for people to judge. */
@Tag("tool")
@Tag("long")
class BenchIT {
  private static final Path CHECKOUT =
      Path.of(System.getProperty("rdpg.checkout", "..")).toAbsolutePath().normalize();

  @Test
  void speed_compares_a_run_that_changes_nothing_with_the_floor() {
    assertThat(speed("2", "1", "6"))
        .contains("2 hosts, 6 steps, 0 ms of CPU a login, 0 ms each way, 1 runs")
        .contains("floor ", "rdpg-plan-no-ask-ahead", "CPU of our own");
  }

  @Test
  void speed_does_so_with_slow_logins_over_a_slow_network() {
    assertThat(speed("2", "1", "3", "50", "5"))
        .contains("2 hosts, 3 steps, 50 ms of CPU a login, 5 ms each way, 1 runs");
  }

  @Test
  void startup_compares_commands_of_this_clone_and_a_package_with_a_jvm() {
    assertThat(bench("startup", "1"))
        .contains("(1 runs, ", "hello ", "version ", "help ", "validate ", "validate-bootstrap ")
        .contains("version-package ", "run ", "run-package ");
  }

  @Test
  void all_writes_tables_and_a_chart(@TempDir Path into) throws IOException {
    run(Map.of("RDPG_PLAN_BUILD", "never", "INTO", into.toString()), "all", "--smallest");
    assertThat(into.resolve("performance.md"))
        .content()
        .containsPattern("\\n\\| 1 \\| .* ×\\*\\* ")
        .containsPattern("\\n\\| 3 \\| .* ×\\*\\* ")
        .contains("behind a login that takes 50 ms", "| ms each way |");
    assertThat(into.resolve("performance.svg")).content().contains("<polyline ", "</svg>");
    assertThat(into.resolve("results.tsv")).content().startsWith("machine\t");
  }

  private static String speed(String... arguments) {
    return bench("speed", arguments);
  }

  private static String bench(String program, String... arguments) {
    return run(Map.of("RDPG_PLAN_BUILD", "never"), program, arguments);
  }

  private static String run(Map<String, String> environment, String program, String... arguments) {
    CommandResult result =
        Running.run(
            CHECKOUT,
            environment,
            Stream.concat(Stream.of(CHECKOUT + "/bench/" + program), Stream.of(arguments))
                .toList());
    assertThat(result.exit()).as("%s", result).isZero();
    return result.stdout();
  }
}
