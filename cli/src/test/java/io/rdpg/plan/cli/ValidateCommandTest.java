package io.rdpg.plan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.testing.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plans by themselves, and plans that are parts of others. */
class ValidateCommandTest {
  private static final String RELEASES =
      """
      plan: part
      steps:
        - name: let go
          consul_lock: {release: true}
      """;
  private static final String INCLUDES =
      """
      plan: whole
      steps:
        - name: one at a time
          consul_lock:
            key: k
            wait: 1m
            steps:
              - name: the part
                include: part.yml
      """;

  private final InProcessCommands commands = new InProcessCommands();

  @TempDir Path directory;

  @BeforeEach
  void an_inventory() throws IOException {
    Path file = directory.resolve("inventories/lab.yml");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "all: {hosts: {n1: }}\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"leader", "nonleader", "members", "take-over"})
  void a_shipped_part_is_judged_in_a_whole_plan(String plan) {
    Path home = Path.of("..").toAbsolutePath().normalize();
    assertThat(validate(home, plan)).as(commands.err()).isZero();
    assertThat(commands.out())
        .contains("plans/" + plan + ".yml: valid, as included by ")
        .endsWith("plans/replace-node.yml\n"); // which includes the bootstrap
  }

  @Test
  void a_part_is_judged_in_what_includes_it() throws IOException {
    plan("plans/part.yml", RELEASES);
    assertThat(validate(directory, "part")).isEqualTo(2);
    assertThat(commands.err()).contains("part.yml:4:5", "there is no lock to release here");
    plan("plans/whole.yml", INCLUDES);
    assertThat(validate(directory, "part")).isZero();
    assertThat(commands.out()).contains("part.yml: valid, as included by ", "whole.yml");
  }

  @Test
  void the_faults_of_the_whole_are_told_once() throws IOException {
    plan("plans/part.yml", RELEASES);
    plan("plans/whole.yml", INCLUDES + "  - name: a misspelt one\n    comand: {}\n");
    assertThat(validate(directory, "part", "plans/part.yml")).isEqualTo(2);
    assertThat(commands.err())
        .contains("whole.yml:11:5: there is no primitive 'comand'")
        .doesNotContain("there is no lock to release here", "errors");
  }

  @Test
  void a_part_outside_of_the_directory_of_plans_needs_its_whole_named() throws IOException {
    plan("mine/part.yml", RELEASES);
    plan("mine/whole.yml", INCLUDES);
    assertThat(validate(directory, "mine/part.yml")).isEqualTo(2);
    assertThat(validate(directory, "mine/part.yml", "mine/whole.yml")).isZero();
  }

  @Test
  void every_plan_that_is_missing_is_told() {
    assertThat(validate(directory, "one", "other")).isEqualTo(2);
    assertThat(commands.err()).contains("there is no plan one", "there is no plan other");
  }

  private void plan(String path, String text) throws IOException {
    TestFiles.write(directory.resolve(path), text);
  }

  private int validate(Path home, String... plans) {
    List<String> arguments = new ArrayList<>(List.of("validate"));
    arguments.addAll(List.of(plans));
    return commands.run(home, home, arguments.toArray(String[]::new));
  }
}
