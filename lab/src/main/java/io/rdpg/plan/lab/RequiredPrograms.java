package io.rdpg.plan.lab;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where the programs are that a lab runs. */
public record RequiredPrograms(Map<RequiredProgram, Path> paths) {
  private static final List<String> SYSTEM_DIRECTORIES =
      List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

  public RequiredPrograms {
    paths = Map.copyOf(paths);
  }

  /**
   * Finds them on PATH and in the system's directories; what is missing is installed where that is
   * possible: by root, with apt-get.
   *
   * @throws Failure when something is missing and can't be installed
   */
  public static RequiredPrograms locate(Consumer<String> progress) {
    Map<RequiredProgram, Path> found = search();
    Set<RequiredProgram> missing = missing(found);
    if (missing.isEmpty()) {
      return new RequiredPrograms(found);
    }
    String packages = packages(missing);
    boolean canInstall =
        LabUser.isRoot(System.getProperty("user.name")) && find("apt-get").isPresent();
    if (canInstall) {
      progress.accept("installing " + packages);
      ShortCommand.script("install.sh", packages.split(" ", -1)).run();
      found = search();
      missing = missing(found);
    }
    if (!missing.isEmpty()) {
      throw Failure.of(
          Code.LAB_FAILED,
          "the lab needs "
              + missing.stream().map(RequiredProgram::program).collect(Collectors.joining(", "))
              + ", not found on PATH or in /usr/sbin",
          "install them; on Debian or Ubuntu: sudo apt-get install " + packages);
    }
    return new RequiredPrograms(found);
  }

  /** A program's path for use in commands. */
  public String path(RequiredProgram tool) {
    Path path = paths.get(tool);
    if (path == null) {
      throw new IllegalStateException(tool + " was not asked for");
    }
    return path.toString();
  }

  /** The first program of this name on PATH or in the system's directories. */
  static Optional<Path> find(String program) {
    return Stream.concat(
            Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)),
            SYSTEM_DIRECTORIES.stream())
        .filter(directory -> directory.startsWith("/"))
        .map(directory -> Path.of(directory, program))
        .filter(path -> Files.isRegularFile(path) && Files.isExecutable(path))
        .findFirst();
  }

  /** A PATH for servers and sessions: the system's directories, after the given programs' own. */
  String searchPath(Path... more) {
    return Stream.concat(
            Stream.concat(Arrays.stream(more), paths.values().stream().sorted())
                .map(program -> String.valueOf(program.getParent()))
                .filter(directory -> !SYSTEM_DIRECTORIES.contains(directory)),
            SYSTEM_DIRECTORIES.stream())
        .distinct()
        .collect(Collectors.joining(":"));
  }

  private static Map<RequiredProgram, Path> search() {
    Map<RequiredProgram, Path> found = new EnumMap<>(RequiredProgram.class);
    for (RequiredProgram tool : RequiredProgram.values()) {
      find(tool.program()).ifPresent(path -> found.put(tool, path));
    }
    return found;
  }

  private static Set<RequiredProgram> missing(Map<RequiredProgram, Path> found) {
    Set<RequiredProgram> missing = EnumSet.allOf(RequiredProgram.class);
    missing.removeAll(found.keySet());
    return missing;
  }

  private static String packages(Set<RequiredProgram> tools) {
    return tools.stream()
        .map(RequiredProgram::debianPackage)
        .distinct()
        .collect(Collectors.joining(" "));
  }
}
