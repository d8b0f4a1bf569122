package io.rdpg.plan.cli;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.Suggestions;
import io.rdpg.plan.language.lookup.FileLayers;
import io.rdpg.plan.language.yaml.ProjectSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a command works on: the project, over this machine's own folder, over the installation.
 * Finds plans and inventories there by their names. The working directory means nothing, except
 * that paths on the command line begin there.
 *
 * @param project null without one
 * @param layers searches plans, templates and inventories
 */
record Workspace(Installation installation, @Nullable Project project, FileLayers layers) {
  /** What programs leave behind in a project; no part of it. */
  static final String PROJECT_STATE = ".rdpg-plan";

  /** Of a command whose project is known. */
  static Workspace of(Installation installation, @Nullable Project project) {
    Path site = installation.site();
    List<Path> folders =
        Stream.of(project == null ? null : project.folder(), site, installation.home())
            .filter(Objects::nonNull)
            .toList();
    boolean unmarked =
        (project == null || project.machines()) && !folders.contains(installation.cwd());
    return new Workspace(
        installation, project, new FileLayers(folders, unmarked ? installation.cwd() : null));
  }

  /** The project's defaults of options. */
  ProjectSettings settings() {
    return project == null ? ProjectSettings.NONE : project.settings();
  }

  /**
   * Where journals go: {@code RDPG_PLAN_STATE}, else the project's own folder, else this user's;
   * made when first needed.
   */
  Path state() {
    String given = installation.environment().getOrDefault("RDPG_PLAN_STATE", "");
    if (!given.isEmpty()) {
      return installation.cwd().resolve(given);
    }
    return project != null && !project.machines() && Files.isWritable(project.folder())
        ? project.folder().resolve(PROJECT_STATE)
        : installation.userState();
  }

  /** Where journals may be: also those that a user wrote elsewhere, or an earlier version here. */
  Set<Path> journals() {
    return Stream.of(state(), installation.userState(), installation.cwd().resolve(PROJECT_STATE))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /**
   * The file of a plan.
   *
   * @param plan a path, or a name that is searched in {@code plans/}
   * @throws Failure with {@code missing_file} when there is none
   */
  Path plan(String plan) {
    Path path = path(installation.cwd(), plan, "plan " + plan);
    List<String> names = List.of("plans/" + plan + ".yml", "plans/" + plan);
    if (Files.isRegularFile(path)) {
      layers.prefer(path, names, Files::isRegularFile);
      return FileLayers.shown(path);
    }
    return layers
        .find(names, Files::isRegularFile)
        .map(FileLayers::shown)
        .orElseThrow(() -> noPlan(plan));
  }

  /** Whether a file is in {@code plans/} or below. */
  boolean isBelowPlans(Path file) {
    Path whole = installation.cwd().resolve(file).normalize();
    return layers.folders("plans").stream().anyMatch(whole::startsWith);
  }

  /** The names of all plans in {@code plans/}. */
  private Set<String> plans() {
    Set<String> known = new LinkedHashSet<>();
    for (Path plans : layers.folders("plans")) {
      if (!Files.isDirectory(plans)) {
        continue;
      }
      try (Stream<Path> files = Files.list(plans)) {
        files
            .filter(Files::isRegularFile)
            .map(file -> String.valueOf(file.getFileName()))
            .filter(name -> name.endsWith(".yml"))
            .map(name -> name.substring(0, name.length() - ".yml".length()))
            .forEach(known::add);
      } catch (IOException e) {
        throw new UncheckedIOException("could not list " + plans, e);
      }
    }
    return known;
  }

  /** The files of all plans in {@code plans/}. */
  List<Path> planFiles() {
    return plans().stream()
        .flatMap(
            name -> layers.find(List.of("plans/" + name + ".yml"), Files::isRegularFile).stream())
        .map(FileLayers::shown)
        .toList();
  }

  /**
   * The files and folders of the inventory.
   *
   * @param given what the command line says; empty for {@code RDPG_PLAN_INVENTORY}, else the
   *     project's, else the shipped {@code inventories/lab.yml}
   * @throws Failure with {@code missing_file} when there is none
   */
  List<Path> inventories(List<String> given) {
    String variable = installation.environment().getOrDefault("RDPG_PLAN_INVENTORY", "");
    if (!given.isEmpty() || !variable.isEmpty()) {
      List<String> wanted = given.isEmpty() ? List.of(variable) : given;
      return wanted.stream().map(name -> inventory(installation.cwd(), name)).toList();
    }
    if (project != null && !project.settings().inventories().isEmpty()) {
      return project.settings().inventories().stream()
          .map(name -> inventory(project.folder(), name))
          .toList();
    }
    return List.of(inventory(installation.home(), "inventories/lab.yml"));
  }

  private Path inventory(Path from, String wanted) {
    Path path = path(from, wanted, "inventory " + wanted);
    Predicate<Path> fits = file -> Files.isRegularFile(file) || Files.isDirectory(file);
    List<String> names = List.of(wanted, "inventories/" + wanted + ".yml", "inventories/" + wanted);
    if (fits.test(path)) {
      return FileLayers.shown(path);
    }
    return layers.find(names, fits).map(FileLayers::shown).orElseThrow(() -> noInventory(wanted));
  }

  private Failure noInventory(String wanted) {
    String otherwise = "give one with -i, or set RDPG_PLAN_INVENTORY";
    if (wanted.contains(",")) {
      otherwise = "-i takes a file or folder, not a list of hosts: give -i once for each";
    }
    return Failure.of(
        Code.MISSING_FILE, "there is no inventory " + wanted, noFile(wanted).orElse(otherwise));
  }

  /** A file's path, or the error that no file can have such a name. */
  private static Path path(Path directory, String name, String what) {
    try {
      return directory.resolve(name);
    } catch (InvalidPathException e) {
      throw Failure.of(
          Code.MISSING_FILE,
          "there is no " + what,
          "file names in this locale can't contain its characters: try LC_ALL=C.UTF-8");
    }
  }

  private Failure noPlan(String plan) {
    Set<String> known = plans();
    String otherwise = "give a path, or a name of a plan in plans/";
    if (Files.isRegularFile(installation.cwd().resolve(plan + ".yml"))) {
      otherwise = "did you mean '" + plan + ".yml'?";
    } else if (!known.isEmpty()) {
      otherwise = Suggestions.hint(plan, known);
    }
    return Failure.of(
        Code.MISSING_FILE, "there is no plan " + plan, noFile(plan).orElse(otherwise));
  }

  /** What is at a path instead of a file; empty for nothing. */
  private Optional<String> noFile(String path) {
    Path there = installation.cwd().resolve(path);
    if (Files.isDirectory(there)) {
      return Optional.of("it is a directory: name a file in it");
    }
    return Files.exists(there)
        ? Optional.of("it is a pipe or a device: only regular files are read")
        : Optional.empty();
  }
}
