package io.rdpg.plan.language.template;

import io.pebbletemplates.pebble.node.expression.AndExpression;
import io.pebbletemplates.pebble.node.expression.Expression;
import io.pebbletemplates.pebble.node.expression.OrExpression;
import io.pebbletemplates.pebble.node.expression.TernaryExpression;
import io.pebbletemplates.pebble.node.expression.UnaryNotExpression;
import java.util.Optional;
import java.util.function.Function;

/** What can be told of a condition of which not every part can be answered. */
interface PartialCondition {
  /** Whether it holds; empty when that can't be told. */
  Optional<Boolean> in(TemplateScope scope);

  /**
   * Takes a condition apart.
   *
   * @param part what can be told of a part that is not made of others
   */
  static PartialCondition of(
      Expression<?> condition, Function<Expression<?>, PartialCondition> part) {
    return switch (condition) {
      case AndExpression and ->
          either(
              of(and.getLeftExpression(), part), of(and.getRightExpression(), part), Boolean.FALSE);
      case OrExpression or ->
          either(of(or.getLeftExpression(), part), of(or.getRightExpression(), part), Boolean.TRUE);
      case UnaryNotExpression not -> {
        PartialCondition negated = of(not.getChildExpression(), part);
        yield scope -> negated.in(scope).map(holds -> !holds);
      }
      case TernaryExpression choice ->
          choice(
              of(choice.getExpression1(), part),
              of(choice.getExpression2(), part),
              of(choice.getExpression3(), part));
      default -> part.apply(condition);
    };
  }

  /** Two of which one suffices when it comes to this. */
  private static PartialCondition either(
      PartialCondition left, PartialCondition right, Boolean suffices) {
    return scope -> {
      Optional<Boolean> one = left.in(scope);
      if (one.filter(suffices::equals).isPresent()) {
        return one;
      }
      Optional<Boolean> other = right.in(scope);
      return one.isPresent() || other.filter(suffices::equals).isPresent()
          ? other
          : Optional.empty();
    };
  }

  private static PartialCondition choice(
      PartialCondition asked, PartialCondition yes, PartialCondition no) {
    return scope -> {
      Optional<Boolean> chosen = asked.in(scope);
      if (chosen.isPresent()) {
        return (chosen.get() ? yes : no).in(scope);
      }
      Optional<Boolean> one = yes.in(scope);
      return one.equals(no.in(scope)) ? one : Optional.empty();
    };
  }
}
