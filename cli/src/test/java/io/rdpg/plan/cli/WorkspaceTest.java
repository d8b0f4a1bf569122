package io.rdpg.plan.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.lookup.FileChoice;
import io.rdpg.plan.testing.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A package: a project, a machine's own folder, what is shipped, and somewhere else. */
class WorkspaceTest {
  @TempDir Path directory;

  private final Map<String, String> environment = new HashMap<>();
  private Path elsewhere;
  private Path site;
  private Path home;

  @BeforeEach
  void make() throws IOException {
    directory = directory.toRealPath();
    elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    site = Files.createDirectory(directory.resolve("etc"));
    home = Files.createDirectory(directory.resolve("usr"));
    file("usr/plans/bootstrap.yml");
    file("usr/inventories/lab.yml");
    environment.put("XDG_STATE_HOME", directory.resolve("state").toString());
  }

  private Path file(String path) {
    return file(path, "");
  }

  private Path file(String path, String content) {
    TestFiles.write(directory.resolve(path), content);
    return directory.resolve(path);
  }

  private Path project() {
    return project("srv");
  }

  private Path project(String folder) {
    file(folder + "/rdpg-plan.yml");
    return directory.resolve(folder);
  }

  private Workspace in(Path cwd, @Nullable Path named, String... files) {
    Installation here = new Installation(cwd, site, home, environment);
    return Workspace.of(here, Project.find(here, named, List.of(files)).orElse(null));
  }

  private Workspace in(Path cwd, String... files) {
    return in(cwd, null, files);
  }

  private static Diagnostic refused(Runnable action) {
    return Objects.requireNonNull(catchThrowableOfType(Failure.class, action::run)).diagnostic();
  }

  private static @Nullable Path folder(Workspace workspace) {
    return Optional.ofNullable(workspace.project()).map(Project::folder).orElse(null);
  }

  @Test
  void a_project_s_plan_comes_before_the_machine_s_and_that_before_the_shipped_one() {
    Path project = project();
    assertThat(in(project).plan("bootstrap")).isEqualTo(home.resolve("plans/bootstrap.yml"));
    file("etc/plans/bootstrap.yml");
    assertThat(in(project).plan("bootstrap")).isEqualTo(site.resolve("plans/bootstrap.yml"));
    file("srv/plans/bootstrap.yml");
    assertThat(in(project).plan("bootstrap")).isEqualTo(project.resolve("plans/bootstrap.yml"));
  }

  @Test
  void inventories_and_templates_are_searched_in_the_same_order() {
    Path project = project();
    file("etc/inventories/production.yml");
    assertThat(in(project).inventories(List.of("production")))
        .containsExactly(site.resolve("inventories/production.yml"));
    file("srv/inventories/production/nodes.yml");
    assertThat(in(project).inventories(List.of("production")))
        .containsExactly(project.resolve("inventories/production"));
    assertThat(in(project).inventories(List.of()))
        .containsExactly(home.resolve("inventories/lab.yml"));
    assertThat(in(project).layers().folders("templates"))
        .containsExactly(
            project.resolve("templates"), site.resolve("templates"), home.resolve("templates"));
  }

  @Test
  void a_project_is_found_from_anywhere_in_it_and_from_what_is_named_in_it() {
    Path project = project();
    Path inventory = file("srv/deep/below/nodes.yml");
    assertThat(folder(in(directory.resolve("srv/deep/below")))).isEqualTo(project);
    assertThat(folder(in(elsewhere))).isNull();
    assertThat(folder(in(elsewhere, inventory.toString()))).isEqualTo(project);
    assertThat(folder(in(elsewhere, "../srv/deep/below/nodes.yml"))).isEqualTo(project);
    assertThat(folder(in(elsewhere, "nodes"))).isNull();
    assertThat(folder(in(elsewhere, Path.of("../srv")))).isEqualTo(project);
    environment.put("RDPG_PLAN_PROJECT", project.toString());
    assertThat(folder(in(elsewhere))).isEqualTo(project);
  }

  @Test
  void a_run_from_elsewhere_takes_the_same_files() {
    Path project = project();
    file("usr/templates/pool.ini");
    Path own = file("srv/templates/pool.ini");
    String inventory = file("srv/inventories/production.yml").toString();
    for (Path cwd : List.of(project, elsewhere, Path.of("/"))) {
      assertThat(in(cwd, inventory).layers().find("pool.ini", List.of(), "templates"))
          .contains(own);
    }
  }

  @Test
  void files_of_two_projects_are_refused_unless_one_is_named() {
    Path project = project();
    Path other = project("other");
    String inventory = file("other/nodes.yml").toString();
    Diagnostic refusal = refused(() -> in(project, inventory));
    assertThat(refusal.message()).contains(project.toString(), other.toString());
    assertThat(refusal.hint()).contains("--project");
    assertThat(folder(in(project, project, inventory))).isEqualTo(project);
  }

  @Test
  void the_machine_s_folder_can_be_a_project_too_and_is_found_from_every_other() {
    Path project = project();
    file("etc/rdpg-plan.yml");
    String inventory = file("etc/inventories/production.yml").toString();
    assertThat(folder(in(elsewhere))).isEqualTo(site);
    assertThat(folder(in(project, inventory))).isEqualTo(project);
    assertThat(in(elsewhere).state()).isEqualTo(directory.resolve("state/rdpg-plan"));
  }

  @Test
  void a_folder_that_is_named_must_be_a_project() {
    Diagnostic refusal = refused(() -> in(elsewhere, elsewhere));
    assertThat(refusal.message())
        .isEqualTo(
            "--project "
                + elsewhere
                + " is no project: there is no file "
                + elsewhere.resolve("rdpg-plan.yml"));
    assertThat(refusal.hint()).contains("rdpg-plan init");
    environment.put("RDPG_PLAN_PROJECT", "nowhere");
    assertThat(refused(() -> in(elsewhere)).message())
        .startsWith("RDPG_PLAN_PROJECT=nowhere is no");
  }

  @Test
  void a_project_that_everybody_can_write_to_is_used_only_when_it_is_named() throws IOException {
    Path project = project();
    Files.setPosixFilePermissions(project, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThat(refused(() -> in(project)).message()).contains("everybody can write");
    assertThat(folder(in(project, project))).isEqualTo(project);
  }

  @Test
  void plans_here_without_a_project_are_not_passed_over_in_silence() {
    file("elsewhere/plans/bootstrap.yml");
    file("elsewhere/templates/pool.ini");
    file("usr/templates/pool.ini");
    file("elsewhere/inventories/production.yml");
    Workspace workspace = in(elsewhere);
    Stream.<Runnable>of(
            () -> workspace.plan("bootstrap"),
            () -> workspace.layers().find("pool.ini", List.of(), "templates"),
            () -> workspace.inventories(List.of("production")))
        .forEach(search -> {
          Diagnostic refusal = refused(search);
          assertThat(refusal.message()).contains("is in no project");
          assertThat(refusal.hint()).contains(elsewhere.resolve("rdpg-plan.yml").toString());
        });
    assertThat(workspace.inventories(List.of("inventories/production.yml")))
        .containsExactly(elsewhere.resolve("inventories/production.yml"));
    assertThat(in(elsewhere, project()).plan("bootstrap"))
        .isEqualTo(home.resolve("plans/bootstrap.yml"));
  }

  @Test
  void one_shipped_file_is_replaced_by_one_at_the_same_path_in_the_project() {
    Path project = project();
    Path shipped = file("usr/plans/replication/native/join.yml");
    file("usr/plans/replication/native/ready.yml");
    Path own = file("srv/plans/replication/native/ready.yml");
    Workspace workspace = in(project);
    assertThat(workspace.layers().find("ready.yml", List.of(shipped), "plans")).contains(own);
    assertThat(workspace.layers().find("join.yml", List.of(own), "plans")).contains(shipped);
  }

  @Test
  void which_of_several_files_was_taken_is_remembered() {
    Path project = project();
    Path own = file("srv/plans/bootstrap.yml");
    Workspace workspace = in(project);
    workspace.plan("bootstrap");
    Path shipped = home.resolve("plans/bootstrap.yml");
    assertThat(workspace.layers().choices()).containsExactly(new FileChoice(own, List.of(shipped)));
    Workspace byPath = in(project);
    byPath.plan(shipped.toString());
    assertThat(byPath.layers().choices()).containsExactly(new FileChoice(shipped, List.of(own)));
    Workspace without = in(elsewhere);
    without.plan("bootstrap");
    assertThat(without.layers().choices()).isEmpty();
  }

  @Test
  void the_project_s_settings_are_defaults() {
    file(
        "srv/rdpg-plan.yml",
        """
        inventory: [inventories/a.yml, more]
        vault_password_file: .vault
        forks: 3
        connect_forks: 5
        """);
    Path first = file("srv/inventories/a.yml");
    Path second = file("srv/inventories/more.yml");
    Workspace workspace = in(directory.resolve("srv/inventories"));
    assertThat(workspace.inventories(List.of())).containsExactly(first, second);
    assertThat(workspace.settings().forks()).isEqualTo(3);
    assertThat(workspace.settings().connectForks()).isEqualTo(5);
    assertThat(workspace.settings().vaultPasswordFile()).isEqualTo(".vault");
    assertThat(workspace.inventories(List.of("more"))).containsExactly(second);
    environment.put("RDPG_PLAN_INVENTORY", "more");
    assertThat(in(directory.resolve("srv")).inventories(List.of())).containsExactly(second);
  }

  @Test
  void an_unknown_setting_is_refused() {
    file("srv/rdpg-plan.yml", "inventry: a\nforks: 0\n");
    assertThatThrownBy(() -> in(directory.resolve("srv")))
        .isInstanceOfSatisfying(
            Diagnostics.Rejected.class,
            rejected -> {
              assertThat(rejected.diagnostics()).hasSize(2);
              assertThat(rejected.diagnostics().getFirst().hint())
                  .contains("did you mean 'inventory'?");
            });
  }

  @Test
  void journals_go_to_the_project_else_to_the_user() {
    assertThat(in(elsewhere).state()).isEqualTo(directory.resolve("state/rdpg-plan"));
    assertThat(in(project()).state()).isEqualTo(directory.resolve("srv/.rdpg-plan"));
    environment.put("XDG_STATE_HOME", "relative/is/invalid");
    environment.put("HOME", "/home/anna");
    assertThat(in(elsewhere).state()).isEqualTo(Path.of("/home/anna/.local/state/rdpg-plan"));
  }
}
