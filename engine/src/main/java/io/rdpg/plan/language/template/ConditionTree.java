package io.rdpg.plan.language.template;

import io.pebbletemplates.pebble.node.expression.AndExpression;
import io.pebbletemplates.pebble.node.expression.Expression;
import io.pebbletemplates.pebble.node.expression.OrExpression;
import io.pebbletemplates.pebble.node.expression.TernaryExpression;
import io.pebbletemplates.pebble.node.expression.UnaryNotExpression;
import io.pebbletemplates.pebble.template.PebbleTemplate;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** A condition taken apart where it joins others: by and, or, not and ?:. */
sealed interface ConditionTree {
  record And(ConditionTree left, ConditionTree right) implements ConditionTree {}

  record Or(ConditionTree left, ConditionTree right) implements ConditionTree {}

  record Not(ConditionTree inner) implements ConditionTree {}

  record Choice(ConditionTree asked, ConditionTree yes, ConditionTree no)
      implements ConditionTree {}

  /**
   * A part that is not made of others.
   *
   * @param template gives its value
   */
  record Part(Expression<?> expression, PebbleTemplate template) implements ConditionTree {}

  static ConditionTree of(
      Expression<?> condition, Function<Expression<?>, PebbleTemplate> template) {
    return switch (condition) {
      case AndExpression and ->
          new And(of(and.getLeftExpression(), template), of(and.getRightExpression(), template));
      case OrExpression or ->
          new Or(of(or.getLeftExpression(), template), of(or.getRightExpression(), template));
      case UnaryNotExpression not -> new Not(of(not.getChildExpression(), template));
      case TernaryExpression choice ->
          new Choice(
              of(choice.getExpression1(), template),
              of(choice.getExpression2(), template),
              of(choice.getExpression3(), template));
      default -> new Part(condition, template.apply(condition));
    };
  }

  /** Decides it from the truth of its parts, asking for no more of them than it takes. */
  default Truth decide(Function<Part, Truth> truth) {
    return switch (this) {
      case Part part -> truth.apply(part);
      case Not not -> not.inner().decide(truth).negated();
      case And and -> conjunction(and.left(), and.right(), truth);
      case Or or -> conjunction(new Not(or.left()), new Not(or.right()), truth).negated();
      case Choice choice ->
          switch (choice.asked().decide(truth)) {
            case Truth.Holds _ -> choice.yes().decide(truth);
            case Truth.Fails _ -> choice.no().decide(truth);
            case Truth.Unknown unknown -> {
              Truth either = choice.yes().decide(truth);
              yield either.equals(choice.no().decide(truth)) ? either : unknown;
            }
          };
    };
  }

  private static Truth conjunction(
      ConditionTree left, ConditionTree right, Function<Part, Truth> truth) {
    return switch (left.decide(truth)) {
      case Truth.Fails fails -> fails;
      case Truth.Holds _ -> right.decide(truth);
      case Truth.Unknown unknown ->
          right.decide(truth) instanceof Truth.Fails fails ? fails : unknown;
    };
  }

  /**
   * What it says.
   *
   * @param names what to call each variable
   */
  default Proposition proposition(UnaryOperator<String> names) {
    return switch (this) {
      case Part part -> Proposition.of(part.expression(), names);
      case Not not -> not.inner().proposition(names).opposite();
      case And and -> and.left().proposition(names).and(and.right().proposition(names));
      case Or or -> or.left().proposition(names).or(or.right().proposition(names));
      case Choice choice -> {
        Proposition asked = choice.asked().proposition(names);
        yield asked
            .and(choice.yes().proposition(names))
            .or(asked.opposite().and(choice.no().proposition(names)));
      }
    };
  }
}
