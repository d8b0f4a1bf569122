package io.rdpg.plan.template;

import io.pebbletemplates.pebble.extension.NodeVisitor;
import io.pebbletemplates.pebble.lexer.Token;
import io.pebbletemplates.pebble.node.RenderableNode;
import io.pebbletemplates.pebble.parser.Parser;
import io.pebbletemplates.pebble.template.EvaluationContextImpl;
import io.pebbletemplates.pebble.template.PebbleTemplateImpl;
import io.pebbletemplates.pebble.tokenParser.TokenParser;
import java.io.IOException;
import java.io.Writer;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * The library's {@code from}, for templates that are rendered more than once. It hands macros to
 * the template itself, which keeps them and takes none of the same name again.
 */
final class ImportedOnce implements TokenParser {
  private final TokenParser parser;

  ImportedOnce(TokenParser parser) {
    this.parser = parser;
  }

  @Override
  public String getTag() {
    return parser.getTag();
  }

  @Override
  public RenderableNode parse(Token token, Parser with) {
    return new Import(parser.parse(token, with));
  }

  private static final class Import implements RenderableNode {
    private final RenderableNode node;
    private final Set<PebbleTemplateImpl> done =
        Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    Import(RenderableNode node) {
      this.node = node;
    }

    @Override
    public void render(PebbleTemplateImpl self, Writer writer, EvaluationContextImpl context)
        throws IOException {
      synchronized (self) {
        if (!done.contains(self)) {
          node.render(self, writer, context);
          done.add(self);
        }
      }
    }

    @Override
    public void accept(NodeVisitor visitor) {
      node.accept(visitor);
    }
  }
}
