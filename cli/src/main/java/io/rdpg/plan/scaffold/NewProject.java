package io.rdpg.plan.scaffold;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The beginning of a project: {@code rdpg-plan.yml}, an inventory with variables, a plan, a
 * template, a test, and what a repository of them needs.
 *
 * @param files those that are made
 * @param kept those that are there already and stay as they are
 */
public record NewProject(FileSet files, List<Path> kept) {
  /** Each by the template that it is made of; none of these may be there. */
  private static final Map<String, String> OWN =
      Map.of(
          "rdpg-plan.yml", "rdpg-plan.yml",
          "inventories/group_vars/all.yml", "group_vars-all.yml",
          "plans/node-note.yml", "node-note.yml",
          "plans/site.yml", "site.yml",
          "templates/node-note.txt", "node-note.txt");

  /** What a repository may have already. */
  private static final Map<String, String> REPOSITORY =
      Map.of(
          ".gitignore", "gitignore",
          ".github/workflows/validate.yml", "validate-workflow.yml",
          "README.md", "README.md");

  /** What tests plans, where there is no build yet that does. */
  private static final Map<String, String> TESTS =
      Map.of(
          "pom.xml", "pom.xml",
          "inventories/test.yml", "test.yml",
          "src/test/java/plans/NodeNoteIT.java", "NodeNoteIT.java.txt");

  public NewProject {
    kept = List.copyOf(kept);
  }

  /**
   * A project's files; nothing is written yet.
   *
   * @param directory where they go; made when it is not there
   * @param example the shipped inventory that its own begins with
   * @param version of rdpg-plan, by which the plans are tested
   * @throws Failure when the shipped inventory can't be read
   */
  public static NewProject in(Path directory, Path example, String version) {
    FileSet files = new FileSet();
    List<Path> kept = new ArrayList<>();
    make(OWN, directory, version, files);
    try {
      files.make(directory.resolve("inventories/production.yml"), Files.readString(example));
    } catch (IOException e) {
      throw Failure.of(Code.MISSING_FILE, example + " can't be read", "reinstall rdpg-plan");
    }
    Optional<Path> build = NewPlan.build(directory);
    build.ifPresentOrElse(kept::add, () -> make(TESTS, directory, version, files));
    Map<String, String> missing = new TreeMap<>(REPOSITORY);
    missing
        .keySet()
        .removeIf(name -> {
          Path file = directory.resolve(name);
          return Files.exists(file) && kept.add(file);
        });
    make(missing, directory, version, files);
    return new NewProject(files, kept);
  }

  private static void make(
      Map<String, String> templates, Path directory, String version, FileSet files) {
    Map<String, String> words = Map.of("VERSION", version);
    new TreeMap<>(templates)
        .forEach((name, template) ->
            files.make(directory.resolve(name), SourceTemplate.of("project/" + template, words)));
  }
}
