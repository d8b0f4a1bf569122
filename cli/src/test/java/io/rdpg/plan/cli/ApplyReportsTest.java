package io.rdpg.plan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code apply --junit --metrics}, on this machine. */
class ApplyReportsTest {
  @TempDir Path directory;

  private final InProcessCommands commands = new InProcessCommands();

  @BeforeEach
  void write() throws IOException {
    Files.writeString(
        directory.resolve("plan.yml"),
        """
        plan: plan
        vars:
          password: "{{ secret('file:%s/password') }}"
        steps:
          - name: right
            assert: {that: node.name == 'here', message: no}
          - name: wrong
            assert: {that: node.name == 'elsewhere', message: "not {{ password }}"}
        """
            .formatted(directory));
    Files.writeString(directory.resolve("password"), "s3cret-word\n");
    inventory("127.0.0.1", "203.0.113.1");
  }

  private void inventory(String here, String elsewhere) throws IOException {
    Files.writeString(
        directory.resolve("inventory.yml"),
        """
        all:
          hosts:
            here: {ansible_host: %s}
            elsewhere: {ansible_host: %s}
        """
            .formatted(here, elsewhere));
  }

  private int apply(String... more) {
    String[] arguments =
        Stream.concat(Stream.of("apply", "plan.yml", "-i", "inventory.yml"), Stream.of(more))
            .toArray(String[]::new);
    return commands.run(directory, directory, arguments);
  }

  @Test
  void a_run_leaves_both_files_without_its_secrets() throws IOException {
    int exit =
        apply(
            "--local", "--junit", directory + "/junit.xml", "--metrics", directory + "/plan.prom");
    assertThat(exit).as(commands.err()).isEqualTo(1);
    String junit = Files.readString(directory.resolve("junit.xml"));
    assertThat(junit)
        .contains("<testsuite name=\"plan.here\" tests=\"2\" failures=\"1\"")
        .contains("not ***")
        .doesNotContain("s3cret-word", "plan.elsewhere");
    assertThat(Files.readString(directory.resolve("plan.prom")))
        .contains("rdpg_plan_last_run_exit_code{plan=\"plan\",mode=\"apply\"} 1\n")
        .contains("status=\"failed\"} 1\n");
    assertThat(directory.toFile().list()).noneMatch(name -> name.startsWith(".junit"));
  }

  @Test
  void a_report_that_cannot_be_written_is_an_error_of_a_run_without_one() throws IOException {
    assertThat(applyWhereJunitGoesAway("-d")).as(commands.err()).isEqualTo(1);
    assertThat(commands.err()).contains("the report ", "junit.xml can't be written");
    assertThat(Files.readString(directory.resolve("plan.prom")))
        .contains("rdpg_plan_last_run_exit_code{plan=\"plan\",mode=\"apply\"} 0\n")
        .contains("status=\"changed\"} 1\n");
  }

  @Test
  void a_run_that_failed_keeps_its_exit_code_whatever_becomes_of_its_reports() throws IOException {
    assertThat(applyWhereJunitGoesAway("-f")).as(commands.err()).isEqualTo(5);
    assertThat(commands.err()).contains("junit.xml can't be written");
    assertThat(Files.readString(directory.resolve("plan.prom")))
        .contains("rdpg_plan_last_run_exit_code{plan=\"plan\",mode=\"apply\"} 5\n")
        .contains("status=\"failed\"} 1\n");
  }

  /**
   * The plan makes a directory in the place of a report.
   *
   * @param test how its step tests that it has
   */
  private int applyWhereJunitGoesAway(String test) throws IOException {
    Files.writeString(
        directory.resolve("plan.yml"),
        """
        plan: plan
        steps:
          - name: in the way
            command: {run: [mkdir, %1$s/junit.xml], unless: [test, %2$s, %1$s/junit.xml]}
        """
            .formatted(directory, test));
    return apply(
        "--local", "--junit", directory + "/junit.xml", "--metrics", directory + "/plan.prom");
  }

  @Test
  void a_plan_that_is_refused_is_in_both_files_too() throws IOException {
    Files.writeString(directory.resolve("plan.yml"), "plan: plan\nsteps: [{nme: x}]\n");
    Files.writeString(directory.resolve("plan.prom"), "of the last run");
    int exit =
        apply("--dry-run", "--junit", directory + "/j.xml", "--metrics", directory + "/plan.prom");
    assertThat(exit).isEqualTo(2);
    assertThat(Files.readString(directory.resolve("j.xml"))).contains("<error ", "unknown_key");
    assertThat(Files.readString(directory.resolve("plan.prom")))
        .contains("rdpg_plan_last_run_exit_code{plan=\"plan\",mode=\"preview\"} 2\n");
  }

  @Test
  void a_file_that_cannot_be_written_is_refused_before_the_run() {
    assertThat(apply("--junit", directory + "/absent/junit.xml")).isEqualTo(2);
    assertThat(commands.err()).contains("--junit can't write to", "absent/junit.xml");
    assertThat(commands.out()).isEmpty();
    assertThat(apply("--metrics", directory.toString())).isEqualTo(2);
    assertThat(commands.err()).contains("it is a directory");
  }
}
