package io.rdpg.plan.run;

import io.rdpg.plan.interpret.ArgumentRenderer;
import io.rdpg.plan.interpret.NodeFacts;
import io.rdpg.plan.interpret.TemplateLookup;
import io.rdpg.plan.interpret.Variables;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.template.Templates;
import io.rdpg.plan.step.Primitive;
import java.util.Map;

/** What all strands of a run share. Safe for use by many threads. */
record RunContext(
    RunRequest request,
    NodeFacts facts,
    Templates templates,
    TemplateLookup files,
    Map<String, Primitive<?>> primitives,
    Map<String, Signature> signatures,
    NodeStatuses board,
    Deadlines deadlines) {

  ArgumentRenderer arguments() {
    return new ArgumentRenderer(templates, files);
  }

  /**
   * The node that a step's {@code on} names.
   *
   * @throws Failure when the inventory has none of that name
   */
  String target(Value.Str on, Variables vars) {
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
