package io.rdpg.plan.language.template;

import io.pebbletemplates.pebble.node.expression.BinaryExpression;
import io.pebbletemplates.pebble.node.expression.Expression;
import io.pebbletemplates.pebble.node.expression.GreaterThanEqualsExpression;
import io.pebbletemplates.pebble.node.expression.GreaterThanExpression;
import io.pebbletemplates.pebble.node.expression.LessThanEqualsExpression;
import io.pebbletemplates.pebble.node.expression.LessThanExpression;
import io.pebbletemplates.pebble.node.expression.LiteralBooleanExpression;
import io.pebbletemplates.pebble.node.expression.NegativeTestExpression;
import io.pebbletemplates.pebble.node.expression.PositiveTestExpression;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a condition says, in one form: {@code not x}, {@code a != b} and {@code a >= b} are the
 * opposites of {@code x}, {@code a == b} and {@code a < b}, and nothing else is negated. Two are
 * equal when they say the same.
 *
 * <p>Of a comparison by order it is taken that its sides are numbers: with nothing on one side,
 * {@code a < b} and {@code a >= b} both don't hold.
 */
sealed interface Proposition {
  /**
   * One that is not made of others.
   *
   * @param text without a negation
   * @param equation what its text says to be equal to a literal
   * @param ofOneNode whether its text compares something with what only one node has
   * @param holds whether it is said that its text holds, or that it doesn't
   */
  record Fact(String text, Optional<Equation> equation, boolean ofOneNode, boolean holds)
      implements Proposition {
    private static final Pattern OWN = Pattern.compile("(?<![\\w.])node\\.(name|address)(?!\\w)");

    private boolean contradicts(Fact other) {
      if (text.equals(other.text)) {
        return holds != other.holds;
      }
      return holds
          && other.holds
          && equation.isPresent()
          && other.equation.isPresent()
          && equation.get().differs(other.equation.get());
    }
  }

  /** Something that is said to be equal to a literal. */
  record Equation(String side, String literal) {
    boolean differs(Equation other) {
      return side.equals(other.side) && !literal.equals(other.literal);
    }
  }

  /**
   * Several, none of which is joined in the same way again.
   *
   * @param parts by their text
   * @param all whether all of them hold, or any of them
   */
  record Joined(SortedMap<String, Proposition> parts, boolean all) implements Proposition {
    Stream<Proposition> each() {
      return parts.values().stream();
    }
  }

  /** What a part of a condition says. */
  static Proposition of(Expression<?> part, UnaryOperator<String> names) {
    return switch (part) {
      case LiteralBooleanExpression literal -> constant(literal.getValue());
      case NegativeTestExpression test -> test(test, names).opposite();
      case PositiveTestExpression test -> test(test, names);
      case SecretAwareOperators.Equals same -> equation(same, names);
      case SecretAwareOperators.Differs differ -> equation(differ, names).opposite();
      case LessThanExpression sides -> less(sides, false, names);
      case GreaterThanExpression sides -> less(sides, true, names);
      case GreaterThanEqualsExpression sides -> less(sides, false, names).opposite();
      case LessThanEqualsExpression sides -> less(sides, true, names).opposite();
      default -> fact(ExpressionText.of(part, names));
    };
  }

  /** What holds everywhere, or nowhere. */
  static Proposition constant(boolean holds) {
    return new Fact("true", Optional.empty(), false, holds);
  }

  static Proposition fact(String text) {
    return new Fact(text, Optional.empty(), false, true);
  }

  private static Proposition test(PositiveTestExpression test, UnaryOperator<String> names) {
    return fact(
        ExpressionText.of(test.getLeftExpression(), names)
            + " is "
            + ExpressionText.of(test.getRightExpression(), names));
  }

  private static Proposition less(
      BinaryExpression<?> sides, boolean turned, UnaryOperator<String> names) {
    String left = ExpressionText.of(sides.getLeftExpression(), names);
    String right = ExpressionText.of(sides.getRightExpression(), names);
    return fact(turned ? right + " < " + left : left + " < " + right);
  }

  /** A literal stands on the right, else the sides stand in the order of their texts. */
  private static Proposition equation(BinaryExpression<?> sides, UnaryOperator<String> names) {
    String left = ExpressionText.of(sides.getLeftExpression(), names);
    String right = ExpressionText.of(sides.getRightExpression(), names);
    Optional<String> leftLiteral = ExpressionText.literal(sides.getLeftExpression());
    Optional<String> rightLiteral = ExpressionText.literal(sides.getRightExpression());
    boolean turned =
        leftLiteral.isPresent() == rightLiteral.isPresent()
            ? left.compareTo(right) > 0
            : leftLiteral.isPresent();
    String first = turned ? right : left;
    String second = turned ? left : right;
    return new Fact(
        first + " == " + second,
        (turned ? leftLiteral : rightLiteral).map(literal -> new Equation(first, literal)),
        Fact.OWN.matcher(first + ' ' + second).find(),
        true);
  }

  default Proposition opposite() {
    return switch (this) {
      case Fact fact -> new Fact(fact.text(), fact.equation(), fact.ofOneNode(), !fact.holds());
      case Joined joined ->
          joined
              .each()
              .map(Proposition::opposite)
              .reduce((one, other) -> join(one, other, !joined.all()))
              .orElseThrow();
    };
  }

  default Proposition and(Proposition other) {
    return join(this, other, true);
  }

  default Proposition or(Proposition other) {
    return join(this, other, false);
  }

  private static Proposition join(Proposition one, Proposition other, boolean all) {
    SortedMap<String, Proposition> parts = new TreeMap<>();
    Stream.of(one, other)
        .flatMap(side ->
            side instanceof Joined joined && joined.all() == all ? joined.each() : Stream.of(side))
        .forEach(part -> parts.put(part.normalForm(), part));
    return parts.size() == 1 ? one : new Joined(parts, all);
  }

  /** Whether it surely doesn't hold where the other does. */
  default boolean excludes(Proposition other) {
    return denies(other) || other.denies(this);
  }

  /** The same, as far as it shows when one side after the other is taken apart. */
  private boolean denies(Proposition other) {
    if (this instanceof Joined any && !any.all()) {
      return any.each().allMatch(part -> part.denies(other));
    }
    if (other instanceof Joined any && !any.all()) {
      return any.each().allMatch(this::denies);
    }
    if (this instanceof Joined all) {
      return all.each().anyMatch(part -> part.denies(other));
    }
    if (other instanceof Joined all) {
      return all.each().anyMatch(this::denies);
    }
    return this instanceof Fact fact && other instanceof Fact also && fact.contradicts(also);
  }

  /** What it is about: what it decides, or is decided by, is about one of these too. */
  default Set<String> subjects() {
    return switch (this) {
      case Fact fact -> Set.of(fact.equation().map(Equation::side).orElse(fact.text()));
      case Joined joined ->
          joined.each().flatMap(part -> part.subjects().stream()).collect(Collectors.toSet());
    };
  }

  /** Whether it compares something with what only one node has, and so holds on one at most. */
  default boolean isOfOneNode() {
    return switch (this) {
      case Fact fact -> fact.ofOneNode() && fact.holds();
      case Joined joined -> joined.all() && joined.each().anyMatch(Proposition::isOfOneNode);
    };
  }

  default String normalForm() {
    return switch (this) {
      case Fact fact -> fact.holds() ? fact.text() : "not " + fact.text();
      case Joined joined ->
          joined.parts().keySet().stream()
              .collect(Collectors.joining(joined.all() ? " and " : " or ", "(", ")"));
    };
  }
}
