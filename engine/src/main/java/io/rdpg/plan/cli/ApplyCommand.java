package io.rdpg.plan.cli;

import io.rdpg.plan.diag.Code;
import io.rdpg.plan.diag.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code apply}: takes a plan to its nodes, or shows what that would do. */
@Command(
    name = "apply",
    description = "Takes a plan to its nodes. A second time finds everything in sync.")
final class ApplyCommand implements Callable<Integer> {
  @ParentCommand
  @SuppressWarnings("NullAway.Init") // picocli gives it before call()
  private RootCommand root;

  @Mixin private SourceOptions source = new SourceOptions();

  @Mixin private OutputOption output = new OutputOption();

  @Parameters(paramLabel = "PLAN", description = "A path, or the name of a plan in plans/.")
  @SuppressWarnings("NullAway.Init") // picocli gives it before call()
  private String plan;

  @Option(
      names = {"-l", "--limit"},
      paramLabel = "PATTERN",
      defaultValue = "all",
      description = "Only these nodes of the plan's: an Ansible host pattern.")
  private String limit = "all";

  @Option(
      names = {"-t", "--tags"},
      paramLabel = "TAGS",
      split = ",",
      description = "Only steps with one of these tags.")
  private List<String> tags = new ArrayList<>();

  @Option(
      names = "--dry-run",
      description = "Only look: print what would be done, perform nothing.")
  private boolean dryRun;

  @Option(names = "--diff", description = "Show what effects change in full.")
  private boolean diff;

  @Option(
      names = {"-f", "--forks"},
      paramLabel = "NODES_AT_ONCE",
      description = "How many nodes are walked at once; all when left out.")
  private @Nullable Integer nodesAtOnce;

  @Option(
      names = "--local",
      description = {
        "Work on the selected nodes as this machine, without SSH; other nodes that a step names are"
            + " reached at their addresses."
      })
  private boolean local;

  @Option(
      names = "--detailed-exitcode",
      description = "With --dry-run: exit with 10 when there are changes.")
  private boolean detailed;

  String plan() {
    return plan;
  }

  SourceOptions source() {
    return source;
  }

  String limit() {
    return limit;
  }

  List<String> tags() {
    return tags;
  }

  boolean json() {
    return output.json();
  }

  boolean preview() {
    return dryRun;
  }

  boolean diff() {
    return diff;
  }

  /** Null for all. */
  @Nullable Integer nodesAtOnce() {
    return nodesAtOnce;
  }

  boolean local() {
    return local;
  }

  boolean detailed() {
    return detailed;
  }

  @Override
  public Integer call() {
    if (nodesAtOnce != null && nodesAtOnce < 1) {
      throw Failure.of(
          Code.BAD_COMMAND_LINE,
          "-f wants a number above zero, not " + nodesAtOnce,
          "leave it out for all nodes at once");
    }
    return new Wiring(root.streams(), root.installation()).apply(this).number();
  }
}
