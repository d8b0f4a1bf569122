package io.rdpg.plan.language.template;

import io.pebbletemplates.pebble.lexer.Token;
import io.pebbletemplates.pebble.node.RenderableNode;
import io.pebbletemplates.pebble.parser.Parser;
import io.pebbletemplates.pebble.tokenParser.TokenParser;
import java.util.function.UnaryOperator;

/**
 * A tag of the library that is read as the library reads it, and done in a way of ours.
 *
 * @param ours gives the node that takes the place of the library's
 */
record NodeRewriter(TokenParser parser, UnaryOperator<RenderableNode> ours) implements TokenParser {
  @Override
  public String getTag() {
    return parser.getTag();
  }

  @Override
  public RenderableNode parse(Token token, Parser with) {
    return ours.apply(parser.parse(token, with));
  }
}
