package io.rdpg.plan.language.template;

import io.pebbletemplates.pebble.lexer.Token;
import io.pebbletemplates.pebble.node.RenderableNode;
import io.pebbletemplates.pebble.parser.Parser;
import io.pebbletemplates.pebble.tokenParser.TokenParser;
import java.util.function.UnaryOperator;

/**
 * Replaces the node of a tag of the library that the library parses.
 *
 * @param ours creates the node that replaces the library's
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
