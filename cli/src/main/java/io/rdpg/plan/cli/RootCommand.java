package io.rdpg.plan.cli;

import io.rdpg.plan.analysis.PlanCompiler;
import io.rdpg.plan.language.diagnostic.ExitCode;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code rdpg-plan} itself: holds the commands and what they share. */
@Command(
    name = "rdpg-plan",
    description = "Runs declarative plans on PostgreSQL clusters that coordinate through Consul.",
    versionProvider = ProgramVersion.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "rdpg-plan apply bootstrap --dry-run   what would be done on the nodes of the lab",
      "rdpg-plan apply bootstrap   apply it",
      "rdpg-plan explain   all words of the plan language"
    },
    subcommands = {
      ApplyCommand.class,
      ValidateCommand.class,
      RunsCommand.class,
      ShowCommand.class,
      InventoryCommand.class,
      ExplainCommand.class,
      GraphCommand.class,
      FmtCommand.class,
      InitCommand.class,
      NewCommand.class,
      SchemaCommand.class,
      LabCommand.class,
      CompletionCommand.class,
      ManCommand.class
    })
final class RootCommand implements Callable<Integer> {
  private final Streams streams;
  private final Installation installation;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli gives it before call()
  private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean version;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show stack traces of errors.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean debug;

  @Option(
      names = "--project",
      paramLabel = "DIRECTORY",
      scope = ScopeType.INHERIT,
      description = {
        "The project: a folder with rdpg-plan.yml, whose inventories, plans and templates come"
            + " before the shipped ones. Without it: $RDPG_PLAN_PROJECT, else the one that the"
            + " working directory, the plan or the inventory is in."
      })
  private @Nullable Path project;

  RootCommand(Streams streams, Installation installation) {
    this.streams = streams;
    this.installation = installation;
  }

  Streams streams() {
    return streams;
  }

  Installation installation() {
    return installation;
  }

  /**
   * What the command works on.
   *
   * @param plans paths or names of plans
   */
  Workspace workspace(SourceOptions source, List<String> plans) {
    return workspace(
        Stream.of(source.inventoriesNamed(installation), plans).flatMap(List::stream).toList());
  }

  /** The same, given paths or names of any files. */
  Workspace workspace(List<String> files) {
    return Workspace.of(installation, Project.find(installation, project, files).orElse(null));
  }

  /** A compiler of plans for the nodes that the command line means. */
  static PlanCompiler compiler(Workspace workspace, SourceOptions source) {
    return Wiring.compiler(
        workspace, source.inventories(), source.extra(), source.vault(workspace));
  }

  /** Without a command there is nothing to do but to say which there are. */
  @Override
  public Integer call() {
    spec.commandLine().usage(streams.err());
    return ExitCode.NOT_UNDERSTOOD.number();
  }
}
