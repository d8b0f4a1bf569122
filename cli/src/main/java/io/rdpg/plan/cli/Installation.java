package io.rdpg.plan.cli;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.Suggestions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds plans, templates and inventories: in the working directory, then in the site's own
 * directory, then where rdpg-plan is installed.
 *
 * @param cwd the directory that it was started in
 * @param site the directory of a site's own files, for all users of this machine; null without one
 * @param home the directory that it is installed in
 * @param environment the environment's variables
 */
record Installation(Path cwd, @Nullable Path site, Path home, Map<String, String> environment) {
  Installation(Path cwd, Path home, Map<String, String> environment) {
    this(cwd, null, home, environment);
  }

  /**
   * As the launcher says by the system properties {@code rdpg.home}, else the working directory,
   * and {@code rdpg.site}.
   */
  static Installation here() {
    Path cwd = Path.of("").toAbsolutePath();
    String site = System.getProperty("rdpg.site");
    return new Installation(
        cwd,
        site == null ? null : Path.of(site),
        Path.of(System.getProperty("rdpg.home", cwd.toString())),
        System.getenv());
  }

  /**
   * Our own directory for journals, made when first needed: {@code RDPG_PLAN_STATE}, else {@code
   * .rdpg-plan} in the working directory.
   */
  Path state() {
    String given = environment.getOrDefault("RDPG_PLAN_STATE", "");
    return cwd.resolve(given.isEmpty() ? ".rdpg-plan" : given);
  }

  /** The directories in which templates are searched, after the plan's own. */
  List<Path> templates() {
    return roots().stream().map(root -> root.resolve("templates")).distinct().toList();
  }

  /** The page of a rule of locks and waits; empty when there is no such rule. */
  Optional<String> rule(String word) {
    Path page = home.resolve("docs/rules").resolve(word + ".md");
    if (Code.RULES.stream().noneMatch(rule -> rule.word().equals(word))) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.readString(page));
    } catch (IOException e) {
      throw Failure.of(
          Code.MISSING_FILE, "the page " + page + " can't be read", "reinstall rdpg-plan");
    }
  }

  /**
   * The file of a plan.
   *
   * @param plan a path, or a name that is searched in {@code plans/}
   * @throws Failure with {@code missing_file} when there is none
   */
  Path plan(String plan) {
    String what = "plan " + plan;
    List<Path> candidates = new ArrayList<>();
    candidates.add(under(cwd, plan, what));
    for (Path root : roots()) {
      candidates.add(under(root.resolve("plans"), plan + ".yml", what));
      candidates.add(under(root.resolve("plans"), plan, what));
    }
    return candidates.stream()
        .filter(Files::isRegularFile)
        .findFirst()
        .map(this::shown)
        .orElseThrow(() -> noPlan(plan));
  }

  /** Whether a file is in {@code plans/} or below. */
  boolean isBelowPlans(Path file) {
    Path whole = cwd.resolve(file).normalize();
    return roots().stream().anyMatch(root -> whole.startsWith(root.resolve("plans").normalize()));
  }

  /** The names of all plans in {@code plans/}. */
  Set<String> plans() {
    Set<String> known = new LinkedHashSet<>();
    for (Path root : roots()) {
      Path plans = root.resolve("plans");
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
    return plans().stream().map(this::plan).toList();
  }

  /** The directories {@code plans/}. */
  List<Path> planFolders() {
    return roots().stream().map(root -> root.resolve("plans")).distinct().toList();
  }

  /**
   * The files and folders of the inventory.
   *
   * @param given what the command line says; empty for {@code RDPG_PLAN_INVENTORY}, else {@code
   *     inventories/lab.yml}
   * @throws Failure with {@code missing_file} when there is none
   */
  List<Path> inventories(List<String> given) {
    if (!given.isEmpty()) {
      return given.stream().map(this::inventory).toList();
    }
    String usual = environment.getOrDefault("RDPG_PLAN_INVENTORY", "");
    return List.of(inventory(usual.isEmpty() ? "inventories/lab.yml" : usual));
  }

  private Path inventory(String wanted) {
    String what = "inventory " + wanted;
    List<Path> candidates = new ArrayList<>();
    for (Path root : roots()) {
      candidates.add(under(root, wanted, what));
      candidates.add(under(root.resolve("inventories"), wanted + ".yml", what));
      candidates.add(under(root.resolve("inventories"), wanted, what));
    }
    return candidates.stream()
        .filter(file -> Files.isRegularFile(file) || Files.isDirectory(file))
        .findFirst()
        .map(this::shown)
        .orElseThrow(() -> noInventory(wanted));
  }

  /** A file that the command line names, seen from the working directory. */
  Path file(Path given) {
    return shown(cwd.resolve(given));
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
  private static Path under(Path directory, String name, String what) {
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
    if (Files.isRegularFile(cwd.resolve(plan + ".yml"))) {
      otherwise = "did you mean '" + plan + ".yml'?";
    } else if (!known.isEmpty()) {
      otherwise = Suggestions.hint(plan, known);
    }
    return Failure.of(
        Code.MISSING_FILE, "there is no plan " + plan, noFile(plan).orElse(otherwise));
  }

  /** What is at a path instead of a file; empty for nothing. */
  private Optional<String> noFile(String path) {
    Path there = cwd.resolve(path);
    if (Files.isDirectory(there)) {
      return Optional.of("it is a directory: name a file in it");
    }
    return Files.exists(there)
        ? Optional.of("it is a pipe or a device: only regular files are read")
        : Optional.empty();
  }

  /**
   * As short as a person in the process's own directory, where files are opened, would write it.
   */
  private Path shown(Path file) {
    Path whole = file.normalize();
    Path here = Path.of("").toAbsolutePath();
    return whole.startsWith(here) ? here.relativize(whole) : whole;
  }

  private List<Path> roots() {
    return Stream.of(cwd, site, home).filter(Objects::nonNull).distinct().toList();
  }
}
