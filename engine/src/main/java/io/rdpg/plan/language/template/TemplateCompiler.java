package io.rdpg.plan.language.template;

import io.pebbletemplates.pebble.PebbleEngine;
import io.pebbletemplates.pebble.error.PebbleException;
import io.pebbletemplates.pebble.extension.ExtensionRegistry;
import io.pebbletemplates.pebble.lexer.LexerImpl;
import io.pebbletemplates.pebble.lexer.TokenStream;
import io.pebbletemplates.pebble.node.PrintNode;
import io.pebbletemplates.pebble.node.RootNode;
import io.pebbletemplates.pebble.node.expression.Expression;
import io.pebbletemplates.pebble.parser.ParserImpl;
import io.pebbletemplates.pebble.parser.ParserOptions;
import io.pebbletemplates.pebble.template.PebbleTemplate;
import io.pebbletemplates.pebble.template.PebbleTemplateImpl;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import java.io.StringReader;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Parses each text once: to render it, and to know what it takes from its scope. Thread-safe. */
final class TemplateCompiler {
  private final PebbleEngine engine;
  private final Map<String, Compiled> literals = new ConcurrentHashMap<>();
  private final Map<String, Compiled> expressions = new ConcurrentHashMap<>();

  TemplateCompiler(PebbleEngine engine) {
    this.engine = engine;
  }

  /**
   * A text that was parsed.
   *
   * @param template renders it; for a bare expression, gives its value
   * @param variables that it takes from its scope
   */
  record Compiled(PebbleTemplate template, RootNode root, FreeVariables variables) {
    /** The expression, when it is nothing else. */
    Expression<?> expression() {
      return ((PrintNode) root.getBody().getChildren().getFirst()).getExpression();
    }
  }

  /**
   * A string with tags in it.
   *
   * @throws PebbleException when it can't be parsed
   */
  Compiled literal(String template) {
    return literals.computeIfAbsent(template, text -> compiled(SourceText.blockLinesOf(text)));
  }

  /**
   * A bare expression.
   *
   * @throws PebbleException when it can't be parsed
   * @throws Failure {@link Code#BAD_TEMPLATE} when it is anything else
   */
  Compiled expression(String expression) {
    return expressions.computeIfAbsent(
        expression,
        text -> {
          Compiled compiled = compiled("{{" + text + "}}");
          RootNode root = compiled.root();
          if (SourceText.hasTags(text)
              || root.getBody().getChildren().size() != 1
              || !(root.getBody().getChildren().getFirst() instanceof PrintNode)) {
            throw Failure.of(
                Code.BAD_TEMPLATE,
                "this is not a single bare expression",
                "write it without {{ }}, such as: cluster.role == 'service'");
          }
          return compiled;
        });
  }

  private Compiled compiled(String text) {
    RootNode root = parse(text);
    PebbleTemplateImpl template = new PebbleTemplateImpl(engine, root, text);
    engine
        .getExtensionRegistry()
        .getNodeVisitors()
        .forEach(visitors -> visitors.createVisitor(template).visit(root));
    return new Compiled(template, root, variables(text, root));
  }

  /** What a text takes from its scope that isn't rendered as it is. */
  FreeVariables variables(String text) {
    return variables(text, parse(text));
  }

  private FreeVariables variables(String text, RootNode root) {
    FreeVariables variables = new FreeVariables(text, engine.getExtensionRegistry());
    root.accept(variables);
    return variables;
  }

  private RootNode parse(String text) {
    ExtensionRegistry language = engine.getExtensionRegistry();
    LexerImpl lexer =
        new LexerImpl(
            engine.getSyntax(),
            language.getUnaryOperators().values(),
            language.getBinaryOperators().values());
    TokenStream tokens = null;
    try {
      tokens = lexer.tokenize(new StringReader(text), text);
      return new ParserImpl(
              language.getUnaryOperators(),
              language.getBinaryOperators(),
              language.getTokenParsers(),
              new ParserOptions())
          .parse(tokens);
    } catch (PebbleException e) {
      throw new ParseErrorLocation(e, text, tokens);
    } catch (NumberFormatException e) {
      int line = tokens == null ? 1 : tokens.current().getLineNumber();
      throw new ParseErrorLocation(
          new PebbleException(e, "this number has too many digits", line, text), text, tokens);
    }
  }
}
