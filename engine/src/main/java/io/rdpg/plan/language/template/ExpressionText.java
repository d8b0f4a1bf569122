package io.rdpg.plan.language.template;

import io.pebbletemplates.pebble.node.ArgumentsNode;
import io.pebbletemplates.pebble.node.NamedArgumentNode;
import io.pebbletemplates.pebble.node.PositionalArgumentNode;
import io.pebbletemplates.pebble.node.TestInvocationExpression;
import io.pebbletemplates.pebble.node.expression.ArrayExpression;
import io.pebbletemplates.pebble.node.expression.BinaryExpression;
import io.pebbletemplates.pebble.node.expression.ContextVariableExpression;
import io.pebbletemplates.pebble.node.expression.Expression;
import io.pebbletemplates.pebble.node.expression.FilterInvocationExpression;
import io.pebbletemplates.pebble.node.expression.FunctionOrMacroInvocationExpression;
import io.pebbletemplates.pebble.node.expression.GetAttributeExpression;
import io.pebbletemplates.pebble.node.expression.LiteralBigDecimalExpression;
import io.pebbletemplates.pebble.node.expression.LiteralBooleanExpression;
import io.pebbletemplates.pebble.node.expression.LiteralDoubleExpression;
import io.pebbletemplates.pebble.node.expression.LiteralIntegerExpression;
import io.pebbletemplates.pebble.node.expression.LiteralLongExpression;
import io.pebbletemplates.pebble.node.expression.LiteralNullExpression;
import io.pebbletemplates.pebble.node.expression.LiteralStringExpression;
import io.pebbletemplates.pebble.node.expression.MapExpression;
import io.pebbletemplates.pebble.node.expression.RenderableNodeExpression;
import io.pebbletemplates.pebble.node.expression.TernaryExpression;
import io.pebbletemplates.pebble.node.expression.UnaryExpression;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes parsed expressions, so that two have the same text when they are the same. */
final class ExpressionText {
  private ExpressionText() {}

  /**
   * An expression's text.
   *
   * @param names what to call each variable
   */
  static String of(Expression<?> expression, UnaryOperator<String> names) {
    return switch (expression) {
      case ContextVariableExpression variable -> names.apply(variable.getName());
      case LiteralStringExpression text ->
          '"' + text.getValue().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
      case LiteralLongExpression number -> number.getValue().toString();
      case LiteralIntegerExpression number -> number.getValue().toString();
      case LiteralDoubleExpression number -> number.getValue().toString();
      case LiteralBigDecimalExpression number -> number.getValue().toString();
      case LiteralBooleanExpression bool -> bool.getValue().toString();
      case LiteralNullExpression _ -> "null";
      case GetAttributeExpression attribute ->
          of(attribute.getNode(), names)
              + field(attribute.getAttributeNameExpression(), names)
              + arguments(attribute.getArgumentsNode(), names);
      case FilterInvocationExpression filter ->
          filter.getFilterName() + arguments(filter.getArgs(), names);
      case TestInvocationExpression test -> test.getTestName() + arguments(test.getArgs(), names);
      case FunctionOrMacroInvocationExpression call ->
          call.getFunctionName() + "()" + arguments(call.getArguments(), names);
      case ArrayExpression array ->
          array.getValues().stream()
              .map(item -> of(item, names))
              .collect(Collectors.joining(", ", "[", "]"));
      case MapExpression map ->
          map.getEntries().entrySet().stream()
              .map(entry -> of(entry.getKey(), names) + ": " + of(entry.getValue(), names))
              .collect(Collectors.joining(", ", "{", "}"));
      case TernaryExpression choice ->
          Stream.of(choice.getExpression1(), choice.getExpression2(), choice.getExpression3())
              .map(part -> of(part, names))
              .collect(Collectors.joining(" ? ", "(", ")"));
      case BinaryExpression<?> binary ->
          "(%s %s %s)"
              .formatted(
                  of(binary.getLeftExpression(), names),
                  binary.getClass().getSimpleName(),
                  of(binary.getRightExpression(), names));
      case SecretAwareOperators.Revealed revealed -> of(revealed.inner(), names);
      case RenderableNodeExpression tags -> onlyItself(tags);
      case UnaryExpression unary ->
          unary.getClass().getSimpleName() + "(" + of(unary.getChildExpression(), names) + ")";
      default -> onlyItself(expression);
    };
  }

  /** The value of a literal as a string; empty for all else, and for numbers with a fraction. */
  static Optional<String> literal(Expression<?> expression) {
    return switch (expression) {
      case LiteralStringExpression text -> Optional.of(text.getValue());
      case LiteralLongExpression number -> Optional.of(number.getValue().toString());
      case LiteralIntegerExpression number -> Optional.of(number.getValue().toString());
      case LiteralBooleanExpression bool -> Optional.of(bool.getValue().toString());
      case LiteralNullExpression _ -> Optional.of("null");
      default -> Optional.empty();
    };
  }

  private static String field(Expression<?> name, UnaryOperator<String> names) {
    return name instanceof LiteralStringExpression text && text.getValue().matches("\\w+")
        ? "." + text.getValue()
        : "[" + of(name, names) + "]";
  }

  /** The library leaves out the lists of what isn't given. */
  private static String arguments(@Nullable ArgumentsNode arguments, UnaryOperator<String> names) {
    if (arguments == null) {
      return "";
    }
    List<String> given = new ArrayList<>();
    for (PositionalArgumentNode argument : given(arguments.getPositionalArgs())) {
      given.add(of(argument.getValueExpression(), names));
    }
    for (NamedArgumentNode argument : given(arguments.getNamedArgs())) {
      given.add(argument.getName() + "=" + of(argument.getValueExpression(), names));
    }
    return given.isEmpty() ? "" : "(" + String.join(", ", given) + ")";
  }

  private static <T> List<T> given(@Nullable List<T> arguments) {
    return arguments == null ? List.of() : arguments;
  }

  private static String onlyItself(Expression<?> expression) {
    return expression.getClass().getSimpleName() + "@" + System.identityHashCode(expression);
  }
}
