package io.rdpg.plan.cli;

import static java.nio.charset.StandardCharsets.UTF_16;
import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.e2e.CommandResult;
import io.rdpg.plan.e2e.Running;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What no memory would hold and what would never end, given to the real program in a process with
 * little memory: a diagnostic and exit 2, soon, and no stack trace.
 */
@Tag("tool")
@Tag("long")
class HostileInputIT {
  @TempDir Path directory;

  @BeforeEach
  void writeAnInventory() throws IOException {
    write("inventory.yml", "all:\n  hosts:\n    one: {ansible_host: 127.0.0.1}\n");
    write("fine.yml", "plan: p\nsteps: []\n");
  }

  /** Plans that are all text, by what is said of each. */
  static Stream<Map.Entry<String, String>> plans() {
    String step = "plan: p\nsteps:\n  - name: a\n    ";
    String assertion = step + "assert: {that: \"%s\", message: m}\n";
    return Stream.of(
        Map.entry("nested too deeply", "plan: p\nvars: " + "[".repeat(1_000_000)),
        Map.entry("nested too deeply", "plan: p\nvars: " + "{a: ".repeat(700_000)),
        Map.entry("values in it", "plan: p\nvars: [" + "a,".repeat(1_500_000) + "a]\nsteps: []\n"),
        Map.entry("a plan needs steps", "plan: p\nabout: " + "x".repeat(3_000_000)),
        Map.entry("too many values", bomb()),
        Map.entry(
            "nested too deeply",
            assertion.formatted("(".repeat(100_000) + "1" + ")".repeat(100_000))),
        Map.entry("nested too deeply", assertion.formatted("not ".repeat(200_000) + "true")),
        Map.entry("nested too deeply", assertion.formatted("1" + "+1".repeat(200_000))),
        Map.entry(
            "range() is limited to 100000 items",
            step + "include: \"{% for i in range(0, 1000000000) %}x{% endfor %}\"\n"),
        Map.entry(
            "more than a million steps",
            step
                + "include: \"{% for i in range(0, 99999) %}{% for j in range(0, 99999) %}"
                + "{% endfor %}{% endfor %}x\"\n"),
        Map.entry(
            "more than a million steps",
            step
                + "include: \"{% macro m(n) %}{% if n > 0 %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}"
                + "{% endmacro %}{{ m(60) }}\"\n"),
        Map.entry(
            "nested too deeply",
            step + "include: \"{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}\"\n"),
        Map.entry(
            "result has more than 16 MiB",
            step
                + "include: \"{% set a = 'aaaaaaaa' %}{% for i in range(0, 60) %}"
                + "{% set a = a ~ a %}{% endfor %}{{ a }}\"\n"),
        Map.entry("pads to 9999 at most", step + "include: \"{{ '%999999999d' | format(1) }}\"\n"),
        Map.entry("more than a million steps", doubling()));
  }

  @ParameterizedTest
  @MethodSource("plans")
  void plans_that_are_too_much(Map.Entry<String, String> plan) throws Exception {
    write("p.yml", plan.getValue());
    assertThat(refused("validate", "p.yml")).contains(plan.getKey());
  }

  @Test
  void files_that_are_too_large() throws Exception {
    for (long size : new long[] {100L << 20, 10L << 30}) {
      try (RandomAccessFile file = new RandomAccessFile(directory.resolve("huge").toFile(), "rw")) {
        file.setLength(size);
      }
      assertThat(refused("validate", "huge")).contains("huge:1:1: the file is larger than 3 MiB");
    }
    assertThat(refused("validate", "fine.yml", "-i", "huge")).contains("larger than 3 MiB");
    assertThat(refused("validate", "fine.yml", "-e", "@huge")).contains("larger than 3 MiB");
    write(
        "p.yml",
        """
        plan: p
        steps:
          - name: a
            render_template: {template: huge, dest: /t}
          - name: b
            sql_exec: {database: d, file: huge, always: true}
        """);
    assertThat(refused("validate", "p.yml")).contains("huge:1:1: the file is larger than 16 MiB");
    write("seal.key", "0f".repeat(32) + "\n");
    assertThat(refused("apply", "--sealed", "huge")).contains("huge is not a sealed preview");
  }

  @Test
  void what_is_no_file() throws Exception {
    assertThat(new ProcessBuilder("mkfifo", directory.resolve("pipe").toString()).start().waitFor())
        .isZero();
    write("seal.key", "0f".repeat(32) + "\n");
    for (String name : List.of("pipe", "/dev/zero")) {
      assertThat(refused("validate", name))
          .contains("there is no plan " + name, "a pipe or a device");
      assertThat(refused("fmt", name)).contains("a pipe or a device");
      assertThat(refused("validate", "fine.yml", "-i", name)).contains("there is no inventory");
      assertThat(refused("validate", "fine.yml", "-e", "@" + name)).contains("a pipe or a device");
    }
    assertThat(refused("apply", "--sealed", "pipe")).contains("a pipe or a device");
    write(
        "p.yml", "plan: p\nsteps:\n  - name: a\n    include: \"{{ secret('file:/dev/zero') }}\"\n");
    assertThat(refused("validate", "p.yml")).contains("can't be read");
  }

  @Test
  void what_is_no_text() throws Exception {
    byte[] noise = new byte[2 << 20];
    new Random(1).nextBytes(noise);
    Files.write(directory.resolve("noise"), noise);
    Files.write(directory.resolve("utf16"), "plan: p\n".getBytes(UTF_16));
    Files.write(
        directory.resolve("overlong"), new byte[] {'a', ':', ' ', (byte) 0xC0, (byte) 0x80});
    Files.write(directory.resolve("zeros"), new byte[1 << 20]);
    assertThat(refused("validate", "noise", "utf16", "overlong", "zeros"))
        .contains("noise:1:", "utf16:1:1: the file is not UTF-8, but UTF-16")
        .contains("overlong:1:4: ", "zeros:1:1: ", "4 errors in 4 files");
  }

  private static String bomb() {
    StringBuilder plan = new StringBuilder("plan: p\nvars:\n  a0: &a0 [x, x]\n");
    for (int i = 1; i < 22; i++) {
      plan.append("  a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    return plan.append("steps: []\n").toString();
  }

  private static String doubling() {
    StringBuilder plan = new StringBuilder("plan: p\nvars:\n  v0: \"\"\n");
    for (int i = 1; i < 40; i++) {
      plan.append("  v%d: \"{{ v%d }}{{ v%d }}\"\n".formatted(i, i - 1, i - 1));
    }
    return plan.append("steps:\n  - name: a\n    include: \"{{ v39 }}\"\n").toString();
  }

  private String refused(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "io.rdpg.plan.cli.Main"));
    command.addAll(List.of(arguments));
    Map<String, String> environment =
        Map.of(
            "RDPG_PLAN_INVENTORY",
            "inventory.yml",
            "RDPG_PLAN_SEAL_KEY_FILE",
            directory.resolve("seal.key").toString());
    CommandResult result = Running.run(directory, environment, command);
    String told = result.said();
    assertThat(result.exit()).as(told).isEqualTo(2);
    assertThat(told).doesNotContain("Exception").doesNotContain("\tat ").doesNotContain("Error:");
    assertThat(told.length()).as("what is said of it is short").isLessThan(10_000);
    return told;
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text);
  }
}
