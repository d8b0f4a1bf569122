package io.rdpg.plan.language.template;

import io.pebbletemplates.pebble.node.BodyNode;
import io.pebbletemplates.pebble.node.ForNode;
import io.pebbletemplates.pebble.node.MacroNode;
import io.pebbletemplates.pebble.node.RenderableNode;
import io.pebbletemplates.pebble.template.EvaluationContextImpl;
import io.pebbletemplates.pebble.template.PebbleTemplateImpl;
import java.io.IOException;
import java.io.Writer;

/** The library's {@code for} and {@code macro}, each turn and call of which is counted. */
final class CountedTags {
  private CountedTags() {}

  static RenderableNode of(RenderableNode node) {
    return switch (node) {
      case ForNode loop ->
          new ForNode(
              loop.getLineNumber(),
              loop.getIterationVariable(),
              loop.getIterable(),
              new Counted(loop.getBody()),
              loop.getElseBody());
      case MacroNode macro ->
          new MacroNode(macro.getName(), macro.getArgs(), new Counted(macro.getBody()));
      default -> node;
    };
  }

  private static final class Counted extends BodyNode {
    Counted(BodyNode body) {
      super(body.getLineNumber(), body.getChildren());
      setOnlyRenderInheritanceSafeNodes(body.isOnlyRenderInheritanceSafeNodes());
    }

    @Override
    public void render(PebbleTemplateImpl self, Writer writer, EvaluationContextImpl context)
        throws IOException {
      RenderBudget.step();
      super.render(self, writer, context);
    }
  }
}
