package io.rdpg.plan.language.template;

import io.pebbletemplates.pebble.extension.NodeVisitor;
import io.pebbletemplates.pebble.node.expression.BinaryExpression;
import io.pebbletemplates.pebble.node.expression.ConcatenateExpression;
import io.pebbletemplates.pebble.node.expression.ContainsExpression;
import io.pebbletemplates.pebble.node.expression.Expression;
import io.pebbletemplates.pebble.operator.Associativity;
import io.pebbletemplates.pebble.operator.BinaryOperator;
import io.pebbletemplates.pebble.operator.BinaryOperatorImpl;
import io.pebbletemplates.pebble.operator.BinaryOperatorType;
import io.pebbletemplates.pebble.template.EvaluationContextImpl;
import io.pebbletemplates.pebble.template.PebbleTemplateImpl;
import io.pebbletemplates.pebble.utils.OperatorUtils;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Comparisons that compare what secrets reveal, not how they are marked. */
final class SecretAwareOperators {
  /** As in Jinja: tighter than {@code +}, looser than {@code *} and than filters. */
  private static final int CONCATENATION = 50;

  private SecretAwareOperators() {}

  static List<BinaryOperator> all() {
    return List.of(
        operator("==", 30, Equals::new),
        operator("equals", 30, Equals::new),
        operator("!=", 30, Differs::new),
        operator("contains", 20, Contains::new),
        new BinaryOperatorImpl(
            "/", 60, ExactDivision::new, BinaryOperatorType.NORMAL, Associativity.LEFT),
        new BinaryOperatorImpl(
            "~", CONCATENATION, Joined::new, BinaryOperatorType.NORMAL, Associativity.LEFT));
  }

  static BinaryOperator operator(
      String symbol, int precedence, Supplier<BinaryExpression<Boolean>> expression) {
    return new BinaryOperatorImpl(
        symbol, precedence, expression, BinaryOperatorType.NORMAL, Associativity.LEFT);
  }

  static final class Equals extends BinaryExpression<Boolean> {
    @Override
    public Boolean evaluate(PebbleTemplateImpl self, EvaluationContextImpl context) {
      return same(this, self, context);
    }
  }

  static final class Differs extends BinaryExpression<Boolean> {
    @Override
    public Boolean evaluate(PebbleTemplateImpl self, EvaluationContextImpl context) {
      return !same(this, self, context);
    }
  }

  private static boolean same(
      BinaryExpression<?> operands, PebbleTemplateImpl self, EvaluationContextImpl context) {
    return OperatorUtils.equals(
        TemplateValues.revealed(operands.getLeftExpression().evaluate(self, context)),
        TemplateValues.revealed(operands.getRightExpression().evaluate(self, context)));
  }

  private static final class Contains extends ContainsExpression {
    @Override
    public void setLeft(Expression<?> left) {
      super.setLeft(new Revealed(left));
    }

    @Override
    public void setRight(Expression<?> right) {
      super.setRight(new Revealed(right));
    }
  }

  /** The library's, within the budget. */
  private static final class Joined extends ConcatenateExpression {
    @Override
    public String evaluate(PebbleTemplateImpl self, EvaluationContextImpl context) {
      String joined = super.evaluate(self, context);
      RenderBudget.characters(joined.length());
      return joined;
    }
  }

  record Revealed(Expression<?> inner) implements Expression<@Nullable Object> {
    @Override
    public @Nullable Object evaluate(PebbleTemplateImpl self, EvaluationContextImpl context) {
      return TemplateValues.revealed(inner.evaluate(self, context));
    }

    @Override
    public void accept(NodeVisitor visitor) {
      inner.accept(visitor);
    }

    @Override
    public int getLineNumber() {
      return inner.getLineNumber();
    }
  }
}
