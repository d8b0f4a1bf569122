package io.rdpg.plan.scaffold;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The beginning of a project: {@code rdpg-plan.yml}, an inventory with variables, a plan, a
 * template, and what a repository of them needs.
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
          "plans/site.yml", "site.yml",
          "templates/node-note.txt", "node-note.txt");

  /** What a repository may have already. */
  private static final Map<String, String> REPOSITORY =
      Map.of(
          ".gitignore", "gitignore",
          ".github/workflows/validate.yml", "validate-workflow.yml",
          "README.md", "README.md");

  public NewProject {
    kept = List.copyOf(kept);
  }

  /**
   * A project's files; nothing is written yet.
   *
   * @param directory where they go; made when it is not there
   * @param example the shipped inventory that its own begins with
   * @throws Failure when the shipped inventory can't be read
   */
  public static NewProject in(Path directory, Path example) {
    FileSet files = new FileSet();
    new TreeMap<>(OWN)
        .forEach((name, content) -> files.make(directory.resolve(name), template(content)));
    try {
      files.make(directory.resolve("inventories/production.yml"), Files.readString(example));
    } catch (IOException e) {
      throw Failure.of(Code.MISSING_FILE, example + " can't be read", "reinstall rdpg-plan");
    }
    List<Path> kept = new ArrayList<>();
    new TreeMap<>(REPOSITORY)
        .forEach((name, content) -> {
          Path file = directory.resolve(name);
          if (Files.exists(file)) {
            kept.add(file);
          } else {
            files.make(file, template(content));
          }
        });
    return new NewProject(files, kept);
  }

  private static String template(String name) {
    return SourceTemplate.of("project/" + name, Map.of());
  }
}
