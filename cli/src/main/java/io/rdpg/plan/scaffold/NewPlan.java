package io.rdpg.plan.scaffold;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The beginning of a plan, and a script that tests it on real servers. */
public final class NewPlan {
  private static final String SCHEMA = "plan.schema.json";

  private NewPlan() {}

  /**
   * The files of a plan; nothing is written yet.
   *
   * @param name letters, digits, {@code -} and {@code _}
   * @param directory where it goes; made when it is not there
   * @param schemas directories in which the schema of plans may be, for editors
   * @throws Failure with {@code bad_command_line} for a name that no plan should have
   */
  public static FileSet of(String name, Path directory, List<Path> schemas) {
    if (!name.matches("[a-z][a-z0-9]*([_-][a-z0-9]+)*") || name.length() > 60) {
      throw Failure.of(
          Code.BAD_COMMAND_LINE,
          "'" + name + "' is not a valid name for a plan",
          "use lower-case letters, digits, - and _, such as grant-access; --dir says where it is written");
    }
    Map<String, String> words = Map.of("NAME", name, "MODELINE", modeline(directory, schemas));
    return new FileSet()
        .make(directory.resolve(name + ".yml"), SourceTemplate.of("plan.yml", words))
        .makeExecutable(
            directory.resolve(name + ".test.sh"), SourceTemplate.of("plan.test.sh", words));
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
