package io.rdpg.plan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.testing.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitCommandTest {
  private static final Path HOME = Path.of(System.getProperty("rdpg.checkout", ".."));

  @TempDir Path directory;

  private final InProcessCommands commands = new InProcessCommands();

  private int run(Path cwd, String... arguments) {
    commands.forget();
    return commands.run(cwd, HOME.toAbsolutePath().normalize(), arguments);
  }

  private Map<String, String> files() throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(directory)) {
      all.filter(Files::isRegularFile)
          .forEach(file -> files.put(directory.relativize(file).toString(), TestFiles.read(file)));
    }
    return files;
  }

  @Test
  void what_it_leaves_is_a_project_that_validates() throws IOException {
    assertThat(run(directory, "init", "site")).as(commands.err()).isZero();
    assertThat(files())
        .containsOnlyKeys(
            "site/.github/workflows/validate.yml",
            "site/.gitignore",
            "site/README.md",
            "site/inventories/group_vars/all.yml",
            "site/inventories/production.yml",
            "site/inventories/test.yml",
            "site/plans/node-note.yml",
            "site/plans/site.yml",
            "site/pom.xml",
            "site/rdpg-plan.yml",
            "site/src/test/java/plans/NodeNoteIT.java",
            "site/templates/node-note.txt");
    Path below = directory.resolve("site/templates");
    assertThat(run(below, "validate", "site")).as(commands.err()).isZero();
    assertThat(commands.out()).contains("plans/site.yml: valid, for 5 nodes");
    Path site = directory.resolve("site");
    assertThat(run(site, "fmt", "--check", "--diff", "plans", "inventories"))
        .as(commands.out())
        .isZero();
    assertThat(run(site, "validate", "node-note", "-i", "inventories/test.yml"))
        .as(commands.err())
        .isZero();
    assertThat(run(site, "inventory")).isZero();
    assertThat(commands.out()).contains("service1.rdpg.example");
  }

  @Test
  void a_file_of_the_project_replaces_the_shipped_one_of_its_path() throws IOException {
    assertThat(run(directory, "init")).isZero();
    TestFiles.write(directory.resolve("plans/services.yml"), "plan: services\nsteps: [}\n");
    assertThat(run(directory, "validate", "site")).isEqualTo(2);
    assertThat(commands.err()).contains("plans/services.yml:2:");
  }

  @Test
  void the_tests_of_a_build_that_is_there_stay_as_they_are() throws IOException {
    for (String build : List.of("pom.xml", "build.gradle.kts")) {
      String site = "with-" + build;
      TestFiles.write(directory.resolve(site).resolve(build), "ours\n");
      assertThat(run(directory, "init", site)).as(commands.err()).isZero();
      assertThat(commands.out()).contains(build + " stays as it is");
      assertThat(files())
          .containsEntry(site + "/" + build, "ours\n")
          .containsKey(site + "/plans/site.yml")
          .doesNotContainKey(site + "/src/test/java/plans/NodeNoteIT.java");
    }
  }

  @Test
  void nothing_is_overwritten() throws IOException {
    TestFiles.write(directory.resolve("README.md"), "ours\n");
    TestFiles.write(directory.resolve(".gitignore"), "*.swp\n");
    assertThat(run(directory, "init")).isZero();
    assertThat(commands.out()).contains("README.md stays as it is", ".gitignore stays as it is");
    assertThat(files()).containsEntry("README.md", "ours\n").containsEntry(".gitignore", "*.swp\n");
    TestFiles.write(directory.resolve("rdpg-plan.yml"), "forks: 2\n");
    Map<String, String> before = files();
    assertThat(run(directory, "init")).isEqualTo(2);
    assertThat(commands.err()).contains("already exists");
    assertThat(files()).isEqualTo(before);
    for (String own : List.of("plans/site.yml", "inventories/production.yml")) {
      Path other = directory.resolve("other-" + own.hashCode());
      TestFiles.write(other.resolve(own), "mine\n");
      assertThat(run(other, "init")).isEqualTo(2);
      assertThat(other.resolve("rdpg-plan.yml")).doesNotExist();
    }
  }
}
