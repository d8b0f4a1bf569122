package io.rdpg.plan.cli;

import io.rdpg.plan.analysis.PlanCompiler;
import io.rdpg.plan.language.diagnostic.ExitCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code rdpg-plan} itself: holds the commands and what they share. */
@Command(
    name = "rdpg-plan",
    description = "Runs declarative plans on PostgreSQL clusters that coordinate through Consul.",
    versionProvider = ProgramVersion.Provider.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "rdpg-plan apply bootstrap --dry-run   what would be done on the nodes of the lab",
      "rdpg-plan apply bootstrap   apply it",
      "rdpg-plan explain   all words of the plan language"
    })
final class RootCommand implements Callable<Integer> {
  /** In the order in which help names them. */
  private static final Map<String, Supplier<Subcommand>> COMMANDS = commands();

  /** Those that tell of all others. */
  private static final Set<String> OF_ALL = Set.of("completion", "man");

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

  private static Map<String, Supplier<Subcommand>> commands() {
    Map<String, Supplier<Subcommand>> commands = new LinkedHashMap<>();
    commands.put("apply", ApplyCommand::new);
    commands.put("validate", ValidateCommand::new);
    commands.put("status", StatusCommand::new);
    commands.put("runs", RunsCommand::new);
    commands.put("show", ShowCommand::new);
    commands.put("inventory", InventoryCommand::new);
    commands.put("explain", ExplainCommand::new);
    commands.put("graph", GraphCommand::new);
    commands.put("fmt", FmtCommand::new);
    commands.put("init", InitCommand::new);
    commands.put("new", NewCommand::new);
    commands.put("rehearse", RehearseCommand::new);
    commands.put("schema", SchemaCommand::new);
    commands.put("lab", LabCommand::new);
    commands.put("completion", CompletionCommand::new);
    commands.put("man", ManCommand::new);
    return commands;
  }

  /**
   * The command line that understands these arguments. Of the commands it knows only the one that
   * they begin with, if they do: for picocli to read the annotations of all takes as long as all
   * else in a start.
   */
  CommandLine line(String... arguments) {
    String first = arguments.length == 0 ? "" : arguments[0];
    boolean alone = COMMANDS.containsKey(first) && !OF_ALL.contains(first);
    CommandLine line = new CommandLine(this);
    COMMANDS.forEach((name, command) -> {
      if (!alone || name.equals(first)) {
        line.addSubcommand(name, command.get());
      }
    });
    return line.setExpandAtFiles(false) // -e @file is ours
        .setCaseInsensitiveEnumValuesAllowed(true);
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
