package io.rdpg.plan.interpret;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.lookup.FileLayers;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Text;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the template and SQL files that plans name: beside the plan, then in the layers. */
public record TemplateLookup(FileLayers layers) {
  /**
   * The file of this name.
   *
   * @throws Failure when there is none
   */
  public Path find(Text name, Plan plan, Span at) {
    Path from = plan.file().toAbsolutePath();
    try {
      String written = name.reveal();
      Optional<Path> found =
          name.holdsSecret()
              ? layers.findSecret(written, List.of(from), "templates")
              : layers.find(written, List.of(from), "templates");
      return found.orElseThrow(() ->
          Diagnostic.of(Code.MISSING_FILE, "there is no file '" + name + "'")
              .withHint("looked in " + String.join(" and ", places(from)))
              .failure());
    } catch (Failure missing) {
      throw missing.diagnostic().orAt(at).failure();
    }
  }

  private List<String> places(Path from) {
    return Stream.concat(Stream.ofNullable(from.getParent()), layers.folders("templates").stream())
        .map(Path::toString)
        .toList();
  }
}
