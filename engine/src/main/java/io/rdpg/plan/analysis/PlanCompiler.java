package io.rdpg.plan.analysis;

import io.rdpg.plan.analysis.check.ConcurrencyCheck;
import io.rdpg.plan.analysis.check.ExecutionPath;
import io.rdpg.plan.analysis.check.PathEnumerator;
import io.rdpg.plan.analysis.check.PlanCheck;
import io.rdpg.plan.analysis.proof.PlanProver;
import io.rdpg.plan.interpret.NodeFacts;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.inventory.HostPattern;
import io.rdpg.plan.language.model.Inventory;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.yaml.PlanReader;
import io.rdpg.plan.step.Primitive;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns plan files into checked plans, for the nodes of one inventory: reads each file once, checks
 * names and values, and proves how the plans lock and wait, each by itself and against those that
 * were proved before. Contacts nothing. Not thread-safe.
 */
public final class PlanCompiler {
  private final Sources sources;
  private final Map<String, Primitive<?>> primitives;
  private final Map<String, Signature> signatures;
  private final PlanReader reader;
  private final PlanProver prover;
  private final Map<Path, Sources> beside = new HashMap<>();

  /**
   * @param primitives every primitive by its name
   * @param signatures what plans can name, {@code consul_lock} among them
   */
  public PlanCompiler(
      Sources sources, Map<String, Primitive<?>> primitives, Map<String, Signature> signatures) {
    this.sources = sources;
    this.primitives = Map.copyOf(primitives);
    this.signatures = Map.copyOf(signatures);
    this.reader = new PlanReader(signatures, sources.layers());
    this.prover =
        new PlanProver(
            plan ->
                new PathEnumerator(
                    sources.templates(), sources.files(), sources(plan).facts(), primitives),
            primitives);
  }

  /** What is the same for all plans. */
  public Sources sources() {
    return sources;
  }

  /** What a plan is compiled against: with the variables beside it. */
  public Sources sources(Plan plan) {
    return beside(plan.file(), new Diagnostics());
  }

  private Sources beside(Path file, Diagnostics diagnostics) {
    Path folder = folder(file);
    Sources known = beside.get(folder);
    if (known == null) {
      known = sources.beside(folder, diagnostics);
      beside.put(folder, known);
    }
    return known;
  }

  private static Path folder(Path file) {
    Path parent = file.getParent();
    return parent == null ? Path.of("") : parent;
  }

  /**
   * Reads a plan with all that it includes, and checks and proves it.
   *
   * @param tags those of the steps that are to be run
   * @param nodesAtOnce the maximum of nodes at the same time; null for all
   */
  public CheckedPlan compile(
      Path file, NodeSelection selection, Collection<String> tags, @Nullable Integer nodesAtOnce) {
    CheckedPlan plan = check(file, selection, nodesAtOnce);
    TagCheck.check(plan.plan(), tags, plan.diagnostics());
    prove(plan);
    return plan;
  }

  /** Reads a plan with all that it includes, and checks its names and values. */
  public CheckedPlan check(Path file, NodeSelection selection, @Nullable Integer nodesAtOnce) {
    CheckedPlan read = read(file, selection, nodesAtOnce);
    Plan plan = read.plan();
    sources.checkVariables(folder(file), read.diagnostics());
    DefaultsCheck.check(plan, read.diagnostics());
    if (DefaultsCheck.areMissing(plan, read.diagnostics())) {
      return read;
    }
    new PlanCheck(
            sources.templates(),
            sources.files(),
            signatures,
            primitives,
            sources(plan).facts(),
            read.nodes(),
            read.diagnostics())
        .check(plan);
    int atOnce = read.nodesAtOnce();
    new ConcurrencyCheck(read.nodes(), signatures, read.diagnostics())
        .check(plan, plan.serial() == null ? atOnce : Math.min(atOnce, plan.serial()));
    return read;
  }

  /** Reads a plan with all that it includes, and checks only that it can be read. */
  public CheckedPlan read(Path file, NodeSelection selection, @Nullable Integer nodesAtOnce) {
    Diagnostics diagnostics = new Diagnostics();
    NodeFacts facts = beside(file, diagnostics).facts();
    List<Node> nodes =
        selection.from(nodes(file, facts.inventory(), selection.limit(), diagnostics), diagnostics);
    Plan plan = reader.read(file, (path, vars) -> facts.everywhere(nodes, path, vars), diagnostics);
    int atOnce = Math.max(1, nodesAtOnce == null ? nodes.size() : nodesAtOnce);
    return new CheckedPlan(plan, nodes, atOnce, diagnostics);
  }

  private List<Node> nodes(Path file, Inventory inventory, String limit, Diagnostics diagnostics) {
    Set<Node> limited = new HashSet<>(HostPattern.select(inventory, limit, null, diagnostics));
    String targets = reader.targets(file);
    List<Node> nodes =
        HostPattern.select(inventory, targets, Span.of(file.toString()), diagnostics).stream()
            .filter(limited::contains)
            .toList();
    if (nodes.isEmpty() && diagnostics.isEmpty()) {
      diagnostics.add(
          Diagnostic.of(
                  Code.UNKNOWN_NODE,
                  "-l " + limit + " selects none of the plan's nodes (" + targets + ")")
              .withHint("the plan's `targets` says on which nodes it can run"));
    }
    return nodes;
  }

  /** Holds a plan that is understood against the rules of locks and waits. */
  void prove(CheckedPlan plan) {
    if (plan.diagnostics().isEmpty()) {
      prover.check(plan.plan(), plan.nodes(), plan.diagnostics());
    }
  }

  /** What the nodes that show all may do in a plan that is understood. */
  public List<ExecutionPath> paths(Plan plan, List<Node> nodes) {
    return prover.ways(plan, nodes);
  }

  /**
   * How every node of the inventory is reached. Adds every missing secret and wrong variable to the
   * plan's diagnostics.
   *
   * @param local whether the plan's nodes are this machine, and the others servers elsewhere
   */
  public List<NodeAccess> accesses(CheckedPlan plan, boolean local) {
    List<NodeAccess> accesses = new ArrayList<>();
    NodeFacts facts = sources(plan.plan()).facts();
    for (Node node : facts.inventory().nodes()) {
      boolean selected = plan.nodes().contains(node);
      Consumer<Diagnostic> report =
          diagnostic -> addOnce(diagnostic.orOn(node.name()), plan.diagnostics());
      if (selected) {
        facts.requireSecrets(node, report);
      }
      try {
        accesses.add(facts.access(node, approach(local, selected)));
      } catch (Failure failure) {
        report.accept(failure.diagnostic());
      }
    }
    return accesses;
  }

  private static NodeFacts.Approach approach(boolean local, boolean selected) {
    if (!local) {
      return NodeFacts.Approach.AS_THE_INVENTORY_SAYS;
    }
    return selected ? NodeFacts.Approach.THIS_MACHINE : NodeFacts.Approach.NETWORK_ONLY;
  }

  /** What several nodes inherit is one error. */
  private static void addOnce(Diagnostic diagnostic, Diagnostics diagnostics) {
    if (diagnostic.at() == null || !diagnostics.hasDiagnosticAt(diagnostic.at())) {
      diagnostics.add(diagnostic);
    }
  }
}
