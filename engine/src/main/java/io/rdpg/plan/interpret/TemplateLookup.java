package io.rdpg.plan.interpret;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Text;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds the template and SQL files that plans name: beside the plan, then in the template
 * directories.
 *
 * @param directories in the order in which they are tried
 */
public record TemplateLookup(List<Path> directories) {
  public TemplateLookup {
    directories = List.copyOf(directories);
  }

  /**
   * The file of this name.
   *
   * @throws Failure when there is none
   */
  public Path find(Text name, Plan plan, Span at) {
    List<Path> places =
        Stream.concat(
                Stream.ofNullable(plan.file().toAbsolutePath().getParent()), directories.stream())
            .toList();
    return places.stream()
        .map(directory -> directory.resolve(name.reveal()))
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseThrow(() ->
            new Failure(
                Diagnostic.at(at, Code.MISSING_FILE, "there is no file '" + name + "'")
                    .withHint(
                        "looked in "
                            + String.join(" and ", places.stream().map(Path::toString).toList()))));
  }
}
