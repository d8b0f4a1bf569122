package io.rdpg.plan.language.template;

import io.pebbletemplates.pebble.extension.AbstractNodeVisitor;
import io.pebbletemplates.pebble.extension.ExtensionRegistry;
import io.pebbletemplates.pebble.node.ForNode;
import io.pebbletemplates.pebble.node.FromNode;
import io.pebbletemplates.pebble.node.ImportNode;
import io.pebbletemplates.pebble.node.MacroNode;
import io.pebbletemplates.pebble.node.NamedArgumentNode;
import io.pebbletemplates.pebble.node.Node;
import io.pebbletemplates.pebble.node.PositionalArgumentNode;
import io.pebbletemplates.pebble.node.SetNode;
import io.pebbletemplates.pebble.node.TestInvocationExpression;
import io.pebbletemplates.pebble.node.expression.ArrayExpression;
import io.pebbletemplates.pebble.node.expression.BinaryExpression;
import io.pebbletemplates.pebble.node.expression.BlockFunctionExpression;
import io.pebbletemplates.pebble.node.expression.ContextVariableExpression;
import io.pebbletemplates.pebble.node.expression.Expression;
import io.pebbletemplates.pebble.node.expression.FilterInvocationExpression;
import io.pebbletemplates.pebble.node.expression.FunctionOrMacroInvocationExpression;
import io.pebbletemplates.pebble.node.expression.GetAttributeExpression;
import io.pebbletemplates.pebble.node.expression.LiteralStringExpression;
import io.pebbletemplates.pebble.node.expression.MapExpression;
import io.pebbletemplates.pebble.node.expression.RenderableNodeExpression;
import io.pebbletemplates.pebble.node.expression.TernaryExpression;
import io.pebbletemplates.pebble.node.expression.UnaryExpression;
import io.rdpg.plan.language.diagnostic.ForeignWord;
import io.rdpg.plan.language.diagnostic.Suggestions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the variables that a parsed template takes from outside, and filters, tests and functions
 * that don't exist, which the library itself only notices when they are used.
 */
final class FreeVariables extends AbstractNodeVisitor {
  private static final Pattern IMPORT_AS =
      Pattern.compile("\\{%-?\\s*import\\s[^%]*?\\sas\\s+(\\w+)");

  /** What begins like the escapes of Jinja's strings; a backslash before it stands for itself. */
  private static final Pattern ESCAPE = Pattern.compile("(?<!\\\\)(?:\\\\{2})*(\\\\[nrt])");

  /** Filters with a regular expression, to which {@code \n} is a line end. */
  private static final Set<String> OF_PATTERNS = Set.of("matches", "split");

  /** A use of a variable of the scope. */
  record Use(String name, int line, boolean optional) {}

  /** A word of the template language that doesn't exist. */
  record Unknown(String word, String message, String hint, int line) {}

  private final String source;
  private final ExtensionRegistry language;
  private final List<Set<String>> frames = new ArrayList<>();
  private final Set<Use> uses = new LinkedHashSet<>();
  private final List<Unknown> unknown = new ArrayList<>();
  private final Set<String> macros = new HashSet<>();
  private final List<FunctionOrMacroInvocationExpression> calls = new ArrayList<>();
  private final Set<String> askedFor = new HashSet<>();
  private final Deque<Boolean> optional = new ArrayDeque<>(List.of(false));
  private boolean imports;
  private boolean inPattern;

  @SuppressWarnings("NullAway") // The library's visitor only keeps its template for subclasses.
  FreeVariables(String text, ExtensionRegistry language) {
    super(null);
    this.source = text;
    this.language = language;
    Set<String> aliases = new HashSet<>();
    IMPORT_AS
        .matcher(text)
        .results()
        .map(MatchResult.class::cast)
        .forEach(m -> aliases.add(m.group(1)));
    frames.add(aliases);
  }

  /** A variable of which it is asked whether it is defined may be absent wherever it is used. */
  Set<Use> uses() {
    return uses.stream()
        .map(
            use -> new Use(use.name(), use.line(), use.optional() || askedFor.contains(use.name())))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** What doesn't exist, in the order of the template. */
  List<Unknown> unknown() {
    List<Unknown> all = new ArrayList<>(unknown);
    if (!imports) {
      for (FunctionOrMacroInvocationExpression call : calls) {
        String name = call.getFunctionName();
        if (!macros.contains(name) && language.getFunction(name) == null) {
          Set<String> known = new HashSet<>(macros);
          known.addAll(TemplateVocabulary.FUNCTIONS);
          all.add(unknown(ForeignWord.FUNCTION, name, known, call.getLineNumber()));
        }
      }
    }
    return all;
  }

  @Override
  public void visit(Node node) {
    switch (node) {
      case ContextVariableExpression variable -> use(variable);
      case TernaryExpression choice ->
          accept(choice.getExpression1(), choice.getExpression2(), choice.getExpression3());
      case GetAttributeExpression attribute -> {
        accept(attribute.getNode(), attribute.getAttributeNameExpression());
        if (attribute.getArgumentsNode() != null) {
          method(attribute);
          attribute.getArgumentsNode().accept(this);
        }
      }
      case FilterInvocationExpression filter -> {
        if (language.getFilter(filter.getFilterName()) == null) {
          unknown.add(
              unknown(
                  ForeignWord.FILTER,
                  filter.getFilterName(),
                  TemplateVocabulary.FILTERS,
                  filter.getLineNumber()));
        }
        boolean around = inPattern;
        inPattern = around || OF_PATTERNS.contains(filter.getFilterName());
        filter.getArgs().accept(this);
        inPattern = around;
      }
      case LiteralStringExpression text -> escape(text);
      case TestInvocationExpression test -> {
        if (language.getTest(test.getTestName()) == null) {
          unknown.add(
              unknown(
                  ForeignWord.TEST,
                  test.getTestName(),
                  TemplateVocabulary.TESTS,
                  test.getLineNumber()));
        }
        test.getArgs().accept(this);
      }
      case FunctionOrMacroInvocationExpression call -> {
        calls.add(call);
        secret(call);
        call.getArguments().accept(this);
      }
      case BinaryExpression<?> binary -> visitBinary(binary);
      case RenderableNodeExpression rendered -> rendered.getNode().accept(this);
      case UnaryExpression unary -> unary.getChildExpression().accept(this);
      case BlockFunctionExpression block -> block.getBlockNameExpression().accept(this);
      case ArrayExpression array -> accept(array.getValues());
      case MapExpression map -> {
        accept(map.getEntries().keySet());
        accept(map.getEntries().values());
      }
      case FromNode _ -> imports = true;
      default -> {
        // Numbers, true, false and null hold no variable.
      }
    }
  }

  /** The library keeps the backslash and the letter, where a line end or a tab is meant. */
  private void escape(LiteralStringExpression text) {
    Matcher escape = ESCAPE.matcher(text.getValue());
    if (!inPattern && escape.find()) {
      String quoted = '"' + text.getValue() + '"';
      unknown.add(
          new Unknown(
              source.contains(quoted) ? quoted : "'" + text.getValue() + "'",
              escape.group(1) + " in a string of a template is a backslash and a letter",
              "give it a variable, whose value YAML reads: vars: {separator: \""
                  + escape.group(1)
                  + "\"}",
              text.getLineNumber()));
    }
  }

  /** What names no place to read from would only fail in the run. */
  private void secret(FunctionOrMacroInvocationExpression call) {
    if (!call.getFunctionName().equals("secret")) {
      return;
    }
    List<PositionalArgumentNode> given = call.getArguments().getPositionalArgs();
    boolean known =
        !call.getArguments().getNamedArgs().isEmpty()
            || (given.size() == 1
                && (!(given.getFirst().getValueExpression() instanceof LiteralStringExpression text)
                    || SecretFunction.isSource(text.getValue())));
    if (!known) {
      unknown.add(
          new Unknown(
              "secret", SecretFunction.NOT_A_SOURCE, SecretFunction.HINT, call.getLineNumber()));
    }
  }

  /** Data has no methods; macros of an imported file are called like one. */
  private void method(GetAttributeExpression attribute) {
    if (!imports
        && attribute.getAttributeNameExpression() instanceof LiteralStringExpression name
        && !(attribute.getNode() instanceof ContextVariableExpression variable
            && frames.getFirst().contains(variable.getName()))) {
      unknown.add(
          new Unknown(
              name.getValue(),
              "templates can't call methods",
              language.getFilter(name.getValue()) == null
                  ? "use a filter, such as: name | upper"
                  : "write VALUE | " + name.getValue(),
              attribute.getLineNumber()));
    }
  }

  private void visitBinary(BinaryExpression<?> binary) {
    boolean copes =
        switch (binary.getRightExpression()) {
          case FilterInvocationExpression filter -> filter.getFilterName().equals("default");
          case TestInvocationExpression test -> test.getTestName().equals("defined");
          default -> false;
        };
    if (binary.getRightExpression() instanceof TestInvocationExpression test
        && test.getTestName().equals("defined")
        && binary.getLeftExpression() instanceof ContextVariableExpression variable) {
      askedFor.add(variable.getName());
    }
    optional.push(copes || optional.getFirst());
    binary.getLeftExpression().accept(this);
    optional.pop();
    binary.getRightExpression().accept(this);
  }

  @Override
  public void visit(SetNode node) {
    super.visit(node);
    frames.getLast().add(node.getName());
  }

  @Override
  public void visit(ForNode node) {
    node.getIterable().accept(this);
    frames.add(new HashSet<>(Set.of("loop", node.getIterationVariable())));
    node.getBody().accept(this);
    frames.removeLast();
    if (node.getElseBody() != null) {
      node.getElseBody().accept(this);
    }
  }

  @Override
  public void visit(MacroNode node) {
    macros.add(node.getName());
    Set<String> parameters = new HashSet<>();
    for (NamedArgumentNode argument : node.getArgs().getNamedArgs()) {
      parameters.add(argument.getName());
      argument.accept(this);
    }
    frames.add(parameters);
    node.getBody().accept(this);
    frames.removeLast();
  }

  @Override
  public void visit(ImportNode node) {
    imports = true;
    super.visit(node);
  }

  private void use(ContextVariableExpression variable) {
    String name = variable.getName();
    if (frames.stream().noneMatch(frame -> frame.contains(name))) {
      uses.add(new Use(name, variable.getLineNumber(), optional.getFirst()));
    }
  }

  private void accept(@Nullable Expression<?>... expressions) {
    for (Expression<?> expression : expressions) {
      if (expression != null) {
        expression.accept(this);
      }
    }
  }

  private void accept(Collection<? extends @Nullable Expression<?>> expressions) {
    expressions.forEach(expression -> accept(expression));
  }

  private static Unknown unknown(
      ForeignWord kind, String word, Collection<String> known, int line) {
    return new Unknown(
        word,
        "there is no " + kind.name().toLowerCase(Locale.ROOT) + " '" + word + "' in templates",
        kind.qualifiedHint(word).orElseGet(() -> Suggestions.hint(word, known)),
        line);
  }
}
