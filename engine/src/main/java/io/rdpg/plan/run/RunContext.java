package io.rdpg.plan.run;

import io.rdpg.plan.interpret.ArgumentRenderer;
import io.rdpg.plan.interpret.NodeFacts;
import io.rdpg.plan.interpret.TemplateLookup;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.template.Templates;
import io.rdpg.plan.run.ahead.EarlyReads;
import io.rdpg.plan.run.ahead.ReadsInFlight;
import io.rdpg.plan.run.forecast.PreviewContext;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.target.Deadlines;
import io.rdpg.plan.target.StateReader;
import java.util.Map;
import java.util.Optional;

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
    ReadsInFlight inFlight,
    KnownSecrets secrets) {

  /** The early reads of one node's walk. */
  EarlyReads earlyReads(Node node, EffectGate gate) {
    return request.askAhead()
        ? reader(gate)
            .map(reader ->
                EarlyReads.of(node.name(), facts, arguments(), primitives, reader, inFlight))
            .orElseGet(() -> EarlyReads.none(inFlight))
        : EarlyReads.none(inFlight);
  }

  /** Who is asked ahead; nobody in a preview's second pass, which asks for little that is new. */
  private static Optional<StateReader> reader(EffectGate gate) {
    return switch (gate) {
      case EffectGate.Open open -> Optional.of(open.target());
      case EffectGate.Rehearsal rehearsal -> Optional.of(rehearsal.reader());
      case EffectGate.Closed(PreviewContext outlook, _) ->
          outlook.alone() ? Optional.of(outlook.snapshot()) : Optional.empty();
    };
  }

  ArgumentRenderer arguments() {
    return new ArgumentRenderer(templates, files);
  }
}
