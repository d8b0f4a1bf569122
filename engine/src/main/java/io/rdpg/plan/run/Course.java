package io.rdpg.plan.run;

import io.rdpg.plan.model.Signature;
import io.rdpg.plan.model.Text;
import io.rdpg.plan.scope.Arguments;
import io.rdpg.plan.scope.Facts;
import io.rdpg.plan.scope.PlanFiles;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.template.Templates;
import java.util.Map;
import java.util.Optional;

/** What all strands of a run share. Safe for use by many threads. */
record Course(
    RunRequest request,
    Facts facts,
    Templates templates,
    PlanFiles files,
    Map<String, Primitive<?>> primitives,
    Map<String, Signature> signatures,
    Board board,
    Clockwork clockwork) {

  Arguments arguments() {
    return new Arguments(templates, files);
  }

  /** The node of this name, when the inventory has one. */
  Optional<String> known(Text name) {
    return request.inventory().node(name.reveal()).map(node -> node.name());
  }
}
