package io.rdpg.plan.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --project}: names the project. */
final class ProjectOption {
  @Option(
      names = "--project",
      paramLabel = "DIRECTORY",
      description = {
        "The project: a folder with rdpg-plan.yml, whose inventories, plans and templates come"
            + " before the shipped ones. Without it: $RDPG_PLAN_PROJECT, else the one that the"
            + " working directory, the plan or the inventory is in."
      })
  private @Nullable Path folder;

  /** As the command line gives it; empty when it doesn't. */
  Optional<String> given() {
    return Optional.ofNullable(folder).map(Path::toString);
  }

  /**
   * What the command works on.
   *
   * @param files paths or names of plans and inventories that the command line names
   */
  Workspace workspace(Installation installation, List<String> files) {
    return Workspace.of(installation, Project.find(installation, folder, files).orElse(null));
  }
}
