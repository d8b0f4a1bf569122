package io.rdpg.plan.run;

import io.rdpg.plan.diag.Code;
import io.rdpg.plan.diag.Diagnostic;
import io.rdpg.plan.diag.Failure;
import io.rdpg.plan.model.Node;
import io.rdpg.plan.model.Signature;
import io.rdpg.plan.model.Text;
import io.rdpg.plan.model.Value;
import io.rdpg.plan.scope.Arguments;
import io.rdpg.plan.scope.Facts;
import io.rdpg.plan.scope.PlanFiles;
import io.rdpg.plan.scope.Vars;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.template.Templates;
import java.util.Map;

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

  /**
   * The node that a step's {@code on} names.
   *
   * @throws Failure when the inventory has none of that name
   */
  String target(Value.Str on, Vars vars) {
    Text name = templates.render(on.text(), vars, on.at());
    return request
        .inventory()
        .node(name.reveal())
        .map(Node::name)
        .orElseThrow(() ->
            new Failure(
                Diagnostic.at(on.at(), Code.BAD_ARGUMENT_VALUE, "there is no node '" + name + "'")
                    .withHint("'on' wants the inventory name of a node")));
  }
}
