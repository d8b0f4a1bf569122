package io.rdpg.plan.scaffold;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The beginning of a plan, and what tests it on real servers: a script, or a JUnit test in a
 * project that tests its plans so.
 */
public final class NewPlan {
  private static final String SCHEMA = "plan.schema.json";
  private static final List<String> BUILDS = List.of("pom.xml", "build.gradle", "build.gradle.kts");
  private static final String EXTENSION = "rdpg-plan-junit";

  private NewPlan() {}

  /**
   * The files of a plan; nothing is written yet.
   *
   * @param name letters, digits, {@code -} and {@code _}
   * @param directory where it goes; made when it is not there
   * @param project the directory that may be a project with tests of its own
   * @param schemas directories in which the schema of plans may be, for editors
   * @throws Failure with {@code bad_command_line} for a name that no plan should have
   */
  public static FileSet of(String name, Path directory, Path project, List<Path> schemas) {
    if (!name.matches("[a-z][a-z0-9]*([_-][a-z0-9]+)*") || name.length() > 60) {
      throw Failure.of(
          Code.BAD_COMMAND_LINE,
          "'" + name + "' is not a valid name for a plan",
          "use lower-case letters, digits, - and _, such as grant-access; --dir says where it is written");
    }
    Path plan = directory.resolve(name + ".yml");
    Map<String, String> words =
        Map.of(
            "NAME",
            name,
            "MODELINE",
            modeline(directory, schemas),
            "CLASS",
            testClass(name),
            "PLAN",
            (plan.startsWith(project) ? project.relativize(plan) : plan).toString());
    FileSet files = new FileSet().make(plan, SourceTemplate.of("plan.yml", words));
    return testsWithJUnit(project)
        ? files.make(
            project.resolve("src/test/java/plans").resolve(testClass(name) + ".java"),
            SourceTemplate.of("PlanIT.java.txt", words))
        : files.makeExecutable(
            directory.resolve(name + ".test.sh"), SourceTemplate.of("plan.test.sh", words));
  }

  /** The class that tests a plan where JUnit does: {@code GrantAccessIT}. */
  public static String testClass(String name) {
    return Pattern.compile("(?:^|[-_])([a-z0-9])")
            .matcher(name)
            .replaceAll(first -> first.group(1).toUpperCase(Locale.ROOT))
        + "IT";
  }

  /** Whether a directory is a project whose build names our JUnit extension. */
  public static boolean testsWithJUnit(Path project) {
    return builds(project).anyMatch(NewPlan::namesExtension);
  }

  /** What builds the project of a directory: Maven's or Gradle's file; empty when it has none. */
  static Optional<Path> build(Path project) {
    return builds(project).findFirst();
  }

  private static Stream<Path> builds(Path project) {
    return BUILDS.stream().map(project::resolve).filter(Files::isRegularFile);
  }

  private static boolean namesExtension(Path build) {
    try {
      return Files.readString(build).contains("<artifactId>" + EXTENSION + "</artifactId>")
          || Files.readString(build).contains(":" + EXTENSION + ":");
    } catch (IOException e) {
      return false; // then it is none that we know
    }
  }

  /** The line by which editors find the schema; empty when there is none. */
  private static String modeline(Path directory, List<Path> schemas) {
    Path from = directory.toAbsolutePath().normalize();
    return schemas.stream()
        .map(schema -> schema.toAbsolutePath().normalize().resolve(SCHEMA))
        .filter(Files::isRegularFile)
        .findFirst()
        .map(schema -> "# yaml-language-server: $schema=" + seen(schema, from) + "\n")
        .orElse("");
  }

  /** From within the same project by a path that can move with it. */
  private static Path seen(Path schema, Path from) {
    Path project = schema.resolve("../..").normalize();
    return from.startsWith(project) ? from.relativize(schema) : schema;
  }
}
