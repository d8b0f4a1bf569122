package io.rdpg.plan.language.yaml;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.Suggestions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Finds the file of a plan that a person names. */
public final class PlanPath {
  private PlanPath() {}

  /**
   * The plan's file: the path as it is given, else that name in the folder of plans, in both places
   * with or without {@code .yml}.
   *
   * @throws Failure with {@link Code#MISSING_FILE} when neither is there
   */
  public static Path find(String name, Path plans) {
    List<Path> places =
        List.of(
            Path.of(name),
            Path.of(name + ".yml"),
            plans.resolve(name),
            plans.resolve(name + ".yml"));
    return places.stream()
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseThrow(() ->
            Failure.of(
                Code.MISSING_FILE,
                "there is no plan '" + name + "', neither here nor in " + plans,
                Suggestions.hint(name, in(plans))));
  }

  /** The names of the plans in a folder; none when it can't be read. */
  static List<String> in(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> String.valueOf(file.getFileName()))
          .filter(file -> file.endsWith(".yml") || file.endsWith(".yaml"))
          .sorted()
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }
}
