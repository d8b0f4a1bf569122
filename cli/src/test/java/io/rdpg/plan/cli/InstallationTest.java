package io.rdpg.plan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.testing.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A package: a working directory, a site's own directory, and what is shipped. */
class InstallationTest {
  @TempDir Path directory;

  private Path cwd;
  private Path site;
  private Path home;

  @BeforeEach
  void make() throws IOException {
    cwd = Files.createDirectory(directory.resolve("cwd"));
    site = Files.createDirectory(directory.resolve("site"));
    home = Files.createDirectory(directory.resolve("home"));
    TestFiles.write(home.resolve("plans/bootstrap.yml"), "");
    TestFiles.write(home.resolve("inventories/lab.yml"), "");
  }

  private Installation installation() {
    return new Installation(cwd, site, home, Map.of());
  }

  @Test
  void a_site_s_plan_comes_before_the_shipped_one_and_after_that_of_the_working_directory()
      throws IOException {
    assertThat(installation().plan("bootstrap")).isEqualTo(home.resolve("plans/bootstrap.yml"));
    TestFiles.write(site.resolve("plans/bootstrap.yml"), "");
    assertThat(installation().plan("bootstrap")).isEqualTo(site.resolve("plans/bootstrap.yml"));
    TestFiles.write(cwd.resolve("plans/bootstrap.yml"), "");
    assertThat(installation().plan("bootstrap")).isEqualTo(cwd.resolve("plans/bootstrap.yml"));
  }

  @Test
  void inventories_and_templates_are_searched_in_the_same_order() throws IOException {
    TestFiles.write(site.resolve("inventories/production.yml"), "");
    assertThat(installation().inventories(List.of("production")))
        .containsExactly(site.resolve("inventories/production.yml"));
    assertThat(installation().inventories(List.of()))
        .containsExactly(home.resolve("inventories/lab.yml"));
    assertThat(installation().templates())
        .containsExactly(
            cwd.resolve("templates"), site.resolve("templates"), home.resolve("templates"));
  }
}
