package io.rdpg.plan.cli;

import io.rdpg.plan.analysis.check.ConcurrencyCheck;
import io.rdpg.plan.analysis.check.PathEnumerator;
import io.rdpg.plan.analysis.check.PlanCheck;
import io.rdpg.plan.analysis.proof.PlanProver;
import io.rdpg.plan.interpret.NodeFacts;
import io.rdpg.plan.interpret.TemplateLookup;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.model.Inventory;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.template.Templates;
import io.rdpg.plan.language.yaml.ExtraVars;
import io.rdpg.plan.language.yaml.HostPattern;
import io.rdpg.plan.language.yaml.IncludePaths;
import io.rdpg.plan.language.yaml.InventoryReader;
import io.rdpg.plan.language.yaml.PlanReader;
import io.rdpg.plan.step.builtin.Primitives;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a command works on, read before anything is contacted.
 *
 * @param extra the command line's variables
 */
record Sources(
    Inventory inventory,
    Map<String, Value> extra,
    Templates templates,
    TemplateLookup files,
    NodeFacts facts) {

  /**
   * The inventory and the command line's variables.
   *
   * @throws Diagnostics.Rejected with every fault of theirs
   */
  static Sources read(Installation installation, SourceOptions options) {
    return read(installation, options.inventory(), options.extra());
  }

  /**
   * The same.
   *
   * @param wanted the inventory's path or name; null for the usual one
   * @param arguments those of {@code -e}
   * @throws Diagnostics.Rejected with every fault of theirs
   */
  static Sources read(Installation installation, @Nullable String wanted, List<String> arguments) {
    Diagnostics diagnostics = new Diagnostics();
    Inventory inventory =
        InventoryReader.read(installation.inventory(Optional.ofNullable(wanted)), diagnostics);
    Map<String, Value> extra = Map.of();
    try {
      extra = ExtraVars.read(arguments);
    } catch (Diagnostics.Rejected rejected) {
      rejected.diagnostics().forEach(diagnostics::add);
    }
    LocalLab.check(inventory, diagnostics);
    diagnostics.rejectIfAny();
    Templates templates = new Templates(installation.templates());
    return new Sources(
        inventory,
        extra,
        templates,
        new TemplateLookup(installation.templates()),
        new NodeFacts(inventory, templates, extra, LocalLab.facts(inventory)));
  }

  /**
   * A plan and the nodes that it is taken to.
   *
   * @param nodesAtOnce how many of them are walked at the same time
   */
  record Target(Plan plan, List<Node> nodes, int nodesAtOnce) {}

  /**
   * A plan with all that it includes.
   *
   * @param limit a host pattern that narrows the plan's targets
   * @param nodesAtOnce how many nodes the command line wants to be walked at once; null for all
   * @param diagnostics is told every fault
   */
  Target target(
      Installation installation,
      String plan,
      String limit,
      @Nullable Integer nodesAtOnce,
      Diagnostics diagnostics) {
    var file = installation.plan(plan);
    Set<Node> limited = new HashSet<>(HostPattern.select(inventory, limit, null, diagnostics));
    Plan outline = reader((_, _, _) -> Set.of()).read(file, new Diagnostics());
    List<Node> nodes =
        HostPattern.select(inventory, outline.targets(), outline.at(), diagnostics).stream()
            .filter(limited::contains)
            .toList();
    if (nodes.isEmpty() && diagnostics.isEmpty()) {
      diagnostics.add(
          Diagnostic.of(
                  Code.UNKNOWN_NODE,
                  "-l " + limit + " leaves none of the plan's nodes (" + outline.targets() + ")")
              .withHint("the plan's `targets` says to which nodes it can be taken"));
    }
    Plan read =
        reader((path, vars, _) -> facts.everywhere(nodes, path, vars)).read(file, diagnostics);
    new PlanCheck(
            templates, files, Primitives.signatures(), Primitives.all(), facts, nodes, diagnostics)
        .check(read);
    int atOnce = Math.max(1, nodesAtOnce == null ? nodes.size() : nodesAtOnce);
    int walked = read.serial() == null ? atOnce : Math.min(atOnce, read.serial());
    new ConcurrencyCheck(nodes, diagnostics).check(read, walked);
    return new Target(read, nodes, atOnce);
  }

  /** The rules that plans of these sources are held against, and against each other. */
  PlanProver proofs() {
    return new PlanProver(
        new PathEnumerator(templates, files, facts, Primitives.all()), Primitives.all());
  }

  private static PlanReader reader(IncludePaths paths) {
    return new PlanReader(Primitives.signatures(), paths);
  }
}
