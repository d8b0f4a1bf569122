package io.rdpg.plan.cli;

import io.rdpg.plan.analysis.PlanCompiler;
import io.rdpg.plan.language.diagnostic.ExitCode;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
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
      StatusCommand.class,
      RunsCommand.class,
      ShowCommand.class,
      InventoryCommand.class,
      ExplainCommand.class,
      GraphCommand.class,
      FmtCommand.class,
      InitCommand.class,
      NewCommand.class,
      RehearseCommand.class,
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
    return source
        .project()
        .workspace(
            installation,
            Stream.of(source.inventoriesNamed(installation), plans).flatMap(List::stream).toList());
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
