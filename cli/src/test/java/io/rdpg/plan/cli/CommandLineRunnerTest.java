package io.rdpg.plan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLineRunnerTest {
  private final InProcessCommands commands = new InProcessCommands();

  @TempDir Path directory;

  @Test
  void explains_a_primitive() {
    assertThat(run("explain", "sql_exec")).isZero();
    assertThat(commands.out()).startsWith("sql_exec\n").contains("database", "Example");
  }

  @Test
  void lists_primitives() {
    assertThat(run("explain")).isZero();
    assertThat(commands.out()).contains("consul_lock", "wait_for", "render_template");
  }

  @Test
  void names_the_nearest_primitive() {
    assertThat(run("explain", "sql_exce")).isEqualTo(2);
    assertThat(commands.err())
        .isEqualTo(
            """
            unknown word sql_exce (unknown_primitive)
              hint: did you mean 'sql_exec'?
            """);
  }

  @Test
  void names_the_nearest_command() {
    assertThat(run("explian")).isEqualTo(2);
    assertThat(commands.err())
        .isEqualTo(
            """
            unknown command 'explian' (bad_command_line)
              hint: did you mean 'explain'?
            """);
  }

  @Test
  void names_the_nearest_option() {
    assertThat(run("apply", "p", "--dry-rnu")).isEqualTo(2);
    assertThat(commands.err())
        .isEqualTo(
            """
            unknown option '--dry-rnu' (bad_command_line)
              hint: did you mean '--dry-run'?
            """);
  }

  @Test
  void speaks_json_of_a_missing_plan() throws IOException {
    assertThat(run("apply", "nowhere", "-o", "json")).isEqualTo(2);
    List<String> lines = commands.out().lines().toList();
    JsonNode diagnostic = new ObjectMapper().readTree(lines.getFirst());
    JsonNode end = new ObjectMapper().readTree(lines.getLast());
    assertThat(lines).hasSize(2);
    assertThat(diagnostic.get("event").asText()).isEqualTo("diagnostic");
    assertThat(diagnostic.get("code").asText()).isEqualTo("missing_file");
    assertThat(end.get("event").asText()).isEqualTo("run_finished");
    assertThat(end.get("exit_code").asInt()).isEqualTo(2);
    assertThat(commands.err()).isEmpty();
  }

  @Test
  void helps_without_a_command() {
    assertThat(run()).isEqualTo(2);
    assertThat(commands.err()).contains("Usage: rdpg-plan", "explain");
    assertThat(run("--help")).isZero();
  }

  private int run(String... arguments) {
    return commands.run(directory, directory, arguments);
  }
}
