package io.rdpg.plan.run;

import io.rdpg.plan.interpret.ArgumentRenderer;
import io.rdpg.plan.interpret.NodeFacts;
import io.rdpg.plan.interpret.TemplateLookup;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.template.Templates;
import io.rdpg.plan.run.ahead.EarlyReads;
import io.rdpg.plan.run.ahead.ReadsInFlight;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.target.Deadlines;
import java.util.Map;

/** What all node runners of a run share. Safe for use by many threads. */
record RunContext(
    RunRequest request,
    NodeFacts facts,
    Templates templates,
    TemplateLookup files,
    Map<String, Primitive<?>> primitives,
    Map<String, Signature> signatures,
    NodeStatuses board,
    Contacts contacts,
    Deadlines deadlines,
    ReadsInFlight inFlight) {

  /** The early reads of one node's walk. */
  EarlyReads earlyReads(Node node, EffectGate gate) {
    return gate instanceof EffectGate.Open open && request.askAhead()
        ? EarlyReads.of(node.name(), facts, arguments(), primitives, open.target(), inFlight)
        : EarlyReads.none(inFlight);
  }

  ArgumentRenderer arguments() {
    return new ArgumentRenderer(templates, files);
  }
}
