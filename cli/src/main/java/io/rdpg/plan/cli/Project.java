package io.rdpg.plan.cli;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.lookup.FileLayers;
import io.rdpg.plan.language.yaml.ProjectSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder with a site's own inventories, plans and templates, marked by {@code rdpg-plan.yml}.
 *
 * @param folder an absolute path
 * @param machines whether it is the machine's own folder, which is no place for journals
 */
record Project(Path folder, ProjectSettings settings, boolean machines) {
  /** The file that makes a folder a project. */
  static final String MARK = "rdpg-plan.yml";

  /** Names the project's folder where {@code --project} doesn't. */
  static final String VARIABLE = "RDPG_PLAN_PROJECT";

  /**
   * Finds the project of a command: the one that is named, else the one found upwards from the
   * working directory and from the files that the command line names, else the machine's.
   *
   * @param named what {@code --project} says; null for nothing
   * @param files paths or names of plans and inventories
   * @throws Failure when the named one is none, when several are found, or when anyone can write to
   *     the one that is found
   */
  static Optional<Project> find(Installation here, @Nullable Path named, List<String> files) {
    String variable = here.environment().getOrDefault(VARIABLE, "");
    if (named != null) {
      return Optional.of(at(here.cwd().resolve(named), "--project " + named));
    }
    if (!variable.isEmpty()) {
      return Optional.of(at(here.cwd().resolve(variable), VARIABLE + "=" + variable));
    }
    Path site = here.site() == null ? null : real(here.site());
    Set<Path> found = new LinkedHashSet<>();
    Stream.concat(Stream.of(here.cwd()), files.stream().flatMap(file -> existing(here, file)))
        .flatMap(Project::upwards)
        .forEach(found::add);
    if (found.size() > 1) {
      found.remove(site); // its files are found from every project
    }
    if (found.size() > 1) {
      throw Failure.of(
          Code.BAD_COMMAND_LINE,
          "these are of different projects: "
              + String.join(" and ", found.stream().map(Path::toString).toList()),
          "say which one it is: --project DIRECTORY");
    }
    return found.stream()
        .findFirst()
        .or(() -> Optional.ofNullable(site).filter(Project::isMarked))
        .map(folder -> trusted(folder, folder.equals(site)));
  }

  private static Stream<Path> existing(Installation here, String file) {
    try {
      return Stream.of(here.cwd().resolve(file)).filter(Files::exists);
    } catch (InvalidPathException noPath) {
      return Stream.of();
    }
  }

  /** The nearest marked folder that a file is in. */
  private static Stream<Path> upwards(Path file) {
    return Stream.iterate(real(file), Objects::nonNull, Path::getParent)
        .filter(Project::isMarked)
        .limit(1);
  }

  static boolean isMarked(Path folder) {
    return Files.isRegularFile(folder.resolve(MARK));
  }

  private static Path real(Path file) {
    try {
      return file.toRealPath();
    } catch (IOException e) {
      return file.toAbsolutePath().normalize();
    }
  }

  private static Project at(Path folder, String said) {
    if (!isMarked(folder)) {
      throw Failure.of(
          Code.MISSING_FILE,
          said + " is no project: there is no file " + folder.resolve(MARK).normalize(),
          "rdpg-plan init " + folder + " makes one, an empty file is enough");
    }
    return read(real(folder), false);
  }

  /** Who can write there decides what is run: plans, and programs that print passwords. */
  private static Project trusted(Path folder, boolean machines) {
    try {
      if (Files.getPosixFilePermissions(folder).contains(PosixFilePermission.OTHERS_WRITE)) {
        throw Failure.of(
            Code.BAD_COMMAND_LINE,
            folder.resolve(MARK) + " is not used: everybody can write to its folder",
            "chmod o-w " + folder + ", or trust it by --project " + folder);
      }
    } catch (IOException | UnsupportedOperationException e) {
      // Then reading it says what is wrong.
    }
    return read(folder, machines);
  }

  private static Project read(Path folder, boolean machines) {
    return new Project(
        folder, ProjectSettings.read(FileLayers.shown(folder.resolve(MARK))), machines);
  }
}
