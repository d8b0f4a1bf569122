package io.rdpg.plan.cli;

import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.scaffold.NewProject;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code init}: begins a project. */
@Command(
    description = {
      "Begins a project: rdpg-plan.yml, an inventory with variables, a plan, a template, a"
          + " test of a plan by rdpg-plan-junit (where there is no pom.xml yet), and for its repository .gitignore, README.md and a workflow of GitHub Actions that validates it."
          + " Existing files are not overwritten."
    },
    footer = {"rdpg-plan init   here", "rdpg-plan init site   in the new directory site"})
final class InitCommand extends Subcommand {
  @Parameters(
      paramLabel = "DIRECTORY",
      arity = "0..1",
      defaultValue = ".",
      description = "Where it goes; made when it is not there. Default: the present one.")
  private Path directory = Path.of(".");

  @Override
  public Integer call() {
    Installation installation = root.installation();
    NewProject project =
        NewProject.in(
            installation.cwd().resolve(directory).normalize(),
            installation.home().resolve("inventories/production.example.yml"),
            ProgramVersion.get());
    project.files().write();
    project.files().files().forEach(file -> root.streams().out().println(installation.file(file)));
    project
        .kept()
        .forEach(file -> root.streams().out().println(installation.file(file) + " stays as it is"));
    root.streams()
        .out()
        .println("\nEnter your hosts in inventories/production.yml, then: rdpg-plan validate site");
    return ExitCode.DONE.number();
  }
}
