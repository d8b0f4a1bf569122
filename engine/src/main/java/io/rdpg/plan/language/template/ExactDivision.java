package io.rdpg.plan.language.template;

import io.pebbletemplates.pebble.error.PebbleException;
import io.pebbletemplates.pebble.node.expression.DivideExpression;
import io.pebbletemplates.pebble.template.EvaluationContextImpl;
import io.pebbletemplates.pebble.template.PebbleTemplateImpl;
import io.pebbletemplates.pebble.utils.OperatorUtils;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;

/** The library's division, which would drop the rest of whole numbers without a word. */
final class ExactDivision extends DivideExpression {
  @Override
  public Object evaluate(PebbleTemplateImpl self, EvaluationContextImpl context) {
    Object left = getLeftExpression().evaluate(self, context);
    Object right = getRightExpression().evaluate(self, context);
    if (isWhole(left) && isWhole(right)) {
      refuseRest(((Number) left).longValue(), ((Number) right).longValue());
    }
    try {
      return OperatorUtils.divide(left, right);
    } catch (RuntimeException e) {
      throw new PebbleException(e, "Could not perform division", getLineNumber(), self.getName());
    }
  }

  private static boolean isWhole(Object value) {
    return value instanceof Long || value instanceof Integer;
  }

  private static void refuseRest(long left, long right) {
    if (right != 0 && left % right != 0) {
      throw Failure.of(
          Code.BAD_TEMPLATE,
          left + " / " + right + " leaves a rest",
          "(A - A % B) / B is the whole part of A / B; a number with a point gives a fraction");
    }
  }
}
