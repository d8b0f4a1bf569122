package io.rdpg.plan.language.template;

import io.pebbletemplates.pebble.template.PebbleTemplate;
import io.rdpg.plan.language.diagnostic.Failure;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A step's condition, parsed: decides whether it holds, and knows which others say the same, the
 * opposite, or exclude it. Two are equal when they say the same, however they are written.
 */
public final class Condition {
  private final String text;
  private final Function<TemplateScope, Truth> decision;
  private final Predicate<String> mentions;
  private final Function<UnaryOperator<String>, Proposition> naming;
  private final Proposition proposition;
  private final String normalForm;
  private final Set<String> subjects;
  private @Nullable Condition opposite;

  private Condition(
      String text,
      Function<TemplateScope, Truth> decision,
      Predicate<String> mentions,
      Function<UnaryOperator<String>, Proposition> naming,
      Proposition proposition) {
    this.text = text;
    this.decision = decision;
    this.mentions = mentions;
    this.naming = naming;
    this.proposition = proposition;
    this.normalForm = proposition.normalForm();
    this.subjects = proposition.subjects();
  }

  /** What an expression says. */
  static Condition of(String text, Parsed parsed, Function<TemplateScope, Truth> decision) {
    return new Condition(
        text,
        decision,
        parsed.variables()::contains,
        parsed.tree()::proposition,
        parsed.proposition());
  }

  /**
   * An expression, wherever it stands.
   *
   * @param whole gives its value
   * @param proposition with its variables' own names
   * @param variables that it takes from its scope
   */
  record Parsed(
      PebbleTemplate whole, ConditionTree tree, Proposition proposition, Set<String> variables) {
    Parsed {
      variables = Set.copyOf(variables);
    }
  }

  /** What holds everywhere, or nowhere. */
  static Condition constant(String text, boolean holds) {
    Proposition proposition = Proposition.constant(holds);
    return new Condition(text, _ -> Truth.of(holds), _ -> false, _ -> proposition, proposition);
  }

  /** What can't be understood: it may speak of everything, and fails where it is decided. */
  static Condition failing(String text, Failure failure) {
    Proposition proposition = Proposition.fact(text);
    return new Condition(
        text,
        _ -> {
          throw failure;
        },
        _ -> true,
        _ -> proposition,
        proposition);
  }

  /**
   * What only the run can decide, and no expression says, such as whether a loop has any turns.
   *
   * @param text the same for the same
   */
  public static Condition unknown(String text) {
    Proposition proposition = Proposition.fact(text);
    Truth unknown = new Truth.Unknown(new UnknownValue(List.of()));
    return new Condition(text, _ -> unknown, _ -> false, _ -> proposition, proposition);
  }

  /**
   * Whether it holds. What is known of some of its parts may decide it, whatever becomes of the
   * others. Its parts are what it joins with {@code and}, {@code or}, {@code not} and {@code ?:}.
   *
   * @throws Failure when it fails with what is known
   */
  public Truth decide(TemplateScope scope) {
    return decision.apply(scope);
  }

  /** What holds where this one doesn't. */
  public Condition opposite() {
    Condition known = opposite;
    if (known == null) {
      known =
          new Condition(
              "not (" + text + ")",
              scope -> decide(scope).negated(),
              mentions,
              names -> naming.apply(names).opposite(),
              proposition.opposite());
      known.opposite = this;
      opposite = known; // made twice by two threads, both say the same
    }
    return known;
  }

  /**
   * The same where some of its variables mean something else than in other places, so that it is
   * distinguished from others there.
   *
   * @param names for these variables
   */
  public Condition where(Map<String, String> names) {
    return names.keySet().stream().noneMatch(mentions)
        ? this
        : new Condition(
            text, decision, mentions, naming, naming.apply(name -> names.getOrDefault(name, name)));
  }

  /** Whether it surely doesn't hold where another one does. */
  public boolean excludes(Condition other) {
    return !Collections.disjoint(subjects, other.subjects)
        && proposition.excludes(other.proposition);
  }

  /** What it is about; it {@link #excludes} only what is about one of these too. */
  public Set<String> subjects() {
    return subjects;
  }

  /** Whether it speaks of a variable. */
  public boolean mentions(String variable) {
    return mentions.test(variable);
  }

  /** Whether it compares something with what only one node has: it holds on one at most. */
  public boolean isOfOneNode() {
    return proposition.isOfOneNode();
  }

  /** Whether it, or its opposite, holds on one node at most. */
  public boolean tellsOneNodeApart() {
    return isOfOneNode() || opposite().isOfOneNode();
  }

  /** Its text in one form: whatever says the same has the same. */
  public String normalForm() {
    return normalForm;
  }

  /** As its author wrote it, on one line. */
  public String text() {
    return text;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Condition condition && normalForm.equals(condition.normalForm);
  }

  @Override
  public int hashCode() {
    return normalForm.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
