package io.rdpg.plan.analysis.check;

import io.rdpg.plan.interpret.NodeFacts;
import io.rdpg.plan.interpret.TemplateLookup;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.template.Templates;
import io.rdpg.plan.step.Primitive;
import java.util.List;
import java.util.Map;

/**
 * Finds errors in a plan's names and values before any node is contacted.
 *
 * @param nodes the nodes that the plan runs on
 * @param diagnostics receives every error
 */
public record PlanCheck(
    Templates templates,
    TemplateLookup files,
    Map<String, Signature> signatures,
    Map<String, Primitive<?>> primitives,
    NodeFacts facts,
    List<Node> nodes,
    Diagnostics diagnostics) {

  /** Checks a plan with all that it includes, and the inventory's variables. */
  public void check(Plan plan) {
    LiteralCheck literals = new LiteralCheck(signatures, primitives, diagnostics);
    Map<Span, Diagnostic> absent =
        new NameCheck(
                templates,
                files,
                signatures,
                facts,
                literals,
                new RegisteredResults(plan.steps()),
                diagnostics)
            .check(plan, nodes);
    new ValueCheck(
            templates, files, signatures, primitives, facts, literals::hasReported, diagnostics)
        .check(plan, nodes, absent);
  }
}
