package io.rdpg.plan.check;

import io.rdpg.plan.diag.Diagnostic;
import io.rdpg.plan.diag.Diagnostics;
import io.rdpg.plan.diag.Span;
import io.rdpg.plan.model.Node;
import io.rdpg.plan.model.Plan;
import io.rdpg.plan.model.Signature;
import io.rdpg.plan.scope.Facts;
import io.rdpg.plan.scope.PlanFiles;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.template.Templates;
import java.util.List;
import java.util.Map;

/**
 * Finds what is wrong with a plan's names and values before anything is contacted.
 *
 * @param nodes the nodes that the plan is taken to
 * @param faults where everything that is found goes
 */
public record PlanCheck(
    Templates templates,
    PlanFiles files,
    Map<String, Signature> signatures,
    Map<String, Primitive<?>> primitives,
    Facts facts,
    List<Node> nodes,
    Diagnostics faults) {

  /** Looks at a plan with all that it includes, and at the inventory's variables. */
  public void check(Plan plan) {
    LiteralCheck literals = new LiteralCheck(signatures, primitives, faults);
    Map<Span, Diagnostic> absent =
        new NameCheck(
                templates, files, signatures, facts, literals, new Results(plan.steps()), faults)
            .check(plan, nodes);
    new ValueCheck(templates, files, signatures, primitives, facts, literals::told, faults)
        .check(plan, nodes, absent);
  }
}
