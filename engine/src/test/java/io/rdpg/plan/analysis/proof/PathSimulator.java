package io.rdpg.plan.analysis.proof;

import io.rdpg.plan.analysis.CheckedPlan;
import io.rdpg.plan.analysis.NodeSelection;
import io.rdpg.plan.analysis.PlanCompiler;
import io.rdpg.plan.analysis.Sources;
import io.rdpg.plan.analysis.check.ExecutionPath;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.step.builtin.Primitives;
import io.rdpg.plan.testing.TestFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Judges plans that are written into a directory, for the nodes of one inventory there. */
final class PathSimulator {
  static final String THREE_NODES =
      """
      all:
        children:
          c:
            vars: {cluster_id: c, cluster_role: service}
            hosts:
              n1: {ansible_host: 10.0.0.1}
              n2: {ansible_host: 10.0.0.2}
              n3: {ansible_host: 10.0.0.3}
      """;

  private final Path directory;
  private final PlanCompiler compiler;
  private int written;

  PathSimulator(Path directory, String inventory) {
    this.directory = directory;
    write("inventory.yml", inventory);
    this.compiler =
        new PlanCompiler(
            Sources.read(directory.resolve("inventory.yml"), List.of(), _ -> Map.of()),
            Primitives.all(),
            Primitives.signatures());
  }

  PathSimulator write(String file, String content) {
    TestFiles.write(directory.resolve(file), content);
    return this;
  }

  /**
   * The breaches of a plan of these steps, as {@code "rule: step"}, with the file where the step is
   * an include's.
   */
  List<String> breaches(String steps) {
    return compile(steps).diagnostics().all().stream().map(PathSimulator::shown).toList();
  }

  List<ExecutionPath> ways(String steps) {
    CheckedPlan checked = compile(steps);
    return compiler.paths(checked.plan(), checked.nodes());
  }

  private CheckedPlan compile(String steps) {
    String file = "plan" + ++written + ".yml";
    write(file, "plan: p\nsteps:\n" + steps);
    return compiler.compile(directory.resolve(file), NodeSelection.of("all"), List.of(), null);
  }

  private static String shown(Diagnostic breach) {
    var at = Objects.requireNonNull(breach.at());
    String file = String.valueOf(Path.of(at.file()).getFileName());
    String step = at.text().substring(at.column() - 1).replaceAll("\\{?name: ([^,]+).*", "$1");
    return breach.code().word()
        + ": "
        + step
        + (file.matches("plan\\d+\\.yml") ? "" : " of " + file);
  }
}
