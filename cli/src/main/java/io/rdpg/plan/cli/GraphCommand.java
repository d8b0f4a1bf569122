package io.rdpg.plan.cli;

import io.rdpg.plan.analysis.CheckedPlan;
import io.rdpg.plan.analysis.PlanCompiler;
import io.rdpg.plan.analysis.PlanSet;
import io.rdpg.plan.analysis.proof.WaitDependencies;
import io.rdpg.plan.graph.GraphFormat;
import io.rdpg.plan.graph.PlanGraph;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.step.builtin.Primitives;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code graph}: a plan as a picture, with all that it includes. */
@Command(
    description =
        "Draws a plan with all that it includes: its steps, locks, branches and waits. Names, keys"
            + " and conditions are shown as written, values and statements are not.",
    footer = {
      "rdpg-plan graph bootstrap",
      "rdpg-plan graph bootstrap --format html --out bootstrap.html   for a browser",
      "rdpg-plan graph bootstrap --format dot | dot -Tpdf > bootstrap.pdf"
    })
final class GraphCommand extends Subcommand {
  @Mixin private SourceOptions source = new SourceOptions();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "tree",
      description =
          "tree for a terminal, mermaid for Markdown, dot for Graphviz, svg, or html: a page of its"
              + " own that needs no server. Default: ${DEFAULT-VALUE}.")
  private GraphFormat format = GraphFormat.TREE;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The file to write, atomically. Default: standard output.")
  private @Nullable Path out;

  @Option(
      names = "--whole",
      description =
          "Fold nothing. By default included plans are folded into one card each, unless they"
              + " contain a lock, a branch or a wait for another step. A tree is always whole.")
  private boolean whole;

  @Option(names = "--dark", description = "An svg for dark pages.")
  private boolean dark;

  @Parameters(paramLabel = "PLAN", description = "A path, or the name of a plan in plans/.")
  @SuppressWarnings("NullAway.Init") // picocli gives it before call()
  private String plan;

  @Override
  public Integer call() {
    Workspace workspace = root.workspace(source, List.of(plan));
    PlanCompiler compiler = RootCommand.compiler(workspace, source);
    PlanSet set = new PlanSet(compiler, "all");
    CheckedPlan checked = set.add(workspace.plan(plan));
    Plan shown = whole(checked, set, workspace);
    PlanGraph drawn =
        PlanGraph.of(
            shown,
            Primitives.signatures(),
            compiler.sources().templates(),
            WaitDependencies.of(compiler.paths(shown, checked.nodes())));
    String picture = format.write(drawn, whole, dark);
    if (out == null && format == GraphFormat.TREE) {
      root.streams().out().print(picture);
    } else if (out == null) {
      root.streams().out().writeBytes(picture.getBytes(StandardCharsets.UTF_8));
      root.streams().out().flush();
    } else {
      OutputFile.write(root.installation().file(out), "--out", picture);
    }
    return 0;
  }

  /** What a part of another plan lacks by itself, it has there. */
  private Plan whole(CheckedPlan checked, PlanSet set, Workspace workspace) {
    if (!checked.diagnostics().isEmpty()) {
      set.complete(workspace::isBelowPlans, workspace::planFiles);
      Optional<Plan> part = set.asIncluded(checked);
      if (part.isPresent()) {
        return part.get();
      }
    }
    checked.diagnostics().rejectIfAny();
    return checked.plan();
  }
}
