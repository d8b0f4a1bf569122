package io.rdpg.plan.cli;

import io.rdpg.plan.diag.Diagnostics;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code graph}: a plan's steps with all that it includes. */
@Command(
    name = "graph",
    description = "Draws a plan's steps as a tree, its includes with it.",
    footer = {
      "rdpg-plan graph bootstrap",
      "rdpg-plan graph bootstrap --dot | dot -Tsvg > bootstrap.svg   as a picture"
    })
final class GraphCommand implements Callable<Integer> {
  @ParentCommand
  @SuppressWarnings("NullAway.Init") // picocli gives it before call()
  private RootCommand root;

  @Mixin private SourceOptions source = new SourceOptions();

  @Option(names = "--dot", description = "In Graphviz' language: | dot -Tsvg > plan.svg")
  private boolean dot;

  @Parameters(paramLabel = "PLAN", description = "A path, or the name of a plan in plans/.")
  @SuppressWarnings("NullAway.Init") // picocli gives it before call()
  private String plan;

  @Override
  public Integer call() {
    Diagnostics diagnostics = new Diagnostics();
    Sources sources = Sources.read(root.installation(), source);
    PlanTree tree =
        PlanTree.of(sources.target(root.installation(), plan, "all", null, diagnostics).plan());
    diagnostics.rejectIfAny();
    root.streams().out().print(dot ? tree.dot() : tree.drawn());
    return 0;
  }
}
