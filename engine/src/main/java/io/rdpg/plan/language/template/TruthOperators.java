package io.rdpg.plan.language.template;

import io.pebbletemplates.pebble.node.expression.AndExpression;
import io.pebbletemplates.pebble.node.expression.ContextVariableExpression;
import io.pebbletemplates.pebble.node.expression.Expression;
import io.pebbletemplates.pebble.node.expression.GetAttributeExpression;
import io.pebbletemplates.pebble.node.expression.OrExpression;
import io.pebbletemplates.pebble.node.expression.UnaryNotExpression;
import io.pebbletemplates.pebble.operator.BinaryOperator;
import io.pebbletemplates.pebble.operator.UnaryOperator;
import io.pebbletemplates.pebble.operator.UnaryOperatorImpl;
import io.pebbletemplates.pebble.template.EvaluationContextImpl;
import io.pebbletemplates.pebble.template.PebbleTemplateImpl;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code and}, {@code or} and {@code not} of what is true or false. Nothing else stands for it: to
 * the library every string but the empty one is true, also {@code "false"}.
 */
final class TruthOperators {
  private TruthOperators() {}

  static List<BinaryOperator> binary() {
    return List.of(
        SecretAwareOperators.operator("or", 10, Or::new),
        SecretAwareOperators.operator("and", 15, And::new));
  }

  /**
   * Looser than comparisons, tests and filters, tighter than {@code and}, as in Jinja: {@code not a
   * == b} is {@code not (a == b)}.
   */
  static List<UnaryOperator> unary() {
    return List.of(new UnaryOperatorImpl("not", 18, Not.class));
  }

  /** What is said of a value that should be true or false and is neither. */
  static Diagnostic neither(@Nullable Object value, String written) {
    return Diagnostic.of(
            Code.BAD_VALUE, "a condition must be true or false, not " + Templates.kind(value))
        .withHint("compare it, such as: " + written + " == 'yes'");
  }

  private static boolean holds(
      Expression<?> operand, PebbleTemplateImpl self, EvaluationContextImpl context) {
    Object value = operand.evaluate(self, context);
    if (value instanceof Boolean holds) {
      return holds;
    }
    throw neither(value, written(operand)).failure();
  }

  private static String written(Expression<?> operand) {
    return switch (operand) {
      case ContextVariableExpression _, GetAttributeExpression _ ->
          ExpressionText.of(operand, name -> name);
      default -> "VALUE";
    };
  }

  private static final class And extends AndExpression {
    @Override
    public Boolean evaluate(PebbleTemplateImpl self, EvaluationContextImpl context) {
      return holds(getLeftExpression(), self, context)
          && holds(getRightExpression(), self, context);
    }
  }

  private static final class Or extends OrExpression {
    @Override
    public Boolean evaluate(PebbleTemplateImpl self, EvaluationContextImpl context) {
      return holds(getLeftExpression(), self, context)
          || holds(getRightExpression(), self, context);
    }
  }

  /** Public, since the library makes it by reflection. */
  public static final class Not extends UnaryNotExpression {
    @Override
    public Boolean evaluate(PebbleTemplateImpl self, EvaluationContextImpl context) {
      return !holds(getChildExpression(), self, context);
    }
  }
}
