package io.rdpg.plan.language.template;

import io.pebbletemplates.pebble.template.PebbleTemplate;
import io.rdpg.plan.language.diagnostic.Failure;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A step's condition, parsed: decides whether it holds, and knows which others say the same, the
 * opposite, or exclude it. Two are equal when they say the same, however they are written.
 */
public final class Condition {
  private final String words;
  private final Function<TemplateScope, Truth> decision;
  private final Predicate<String> mentions;
  private final Function<UnaryOperator<String>, Proposition> naming;
  private final Proposition says;
  private final String normalForm;

  private Condition(
      String words,
      Function<TemplateScope, Truth> decision,
      Predicate<String> mentions,
      Function<UnaryOperator<String>, Proposition> naming,
      Proposition says) {
    this.words = words;
    this.decision = decision;
    this.mentions = mentions;
    this.naming = naming;
    this.says = says;
    this.normalForm = says.normalForm();
  }

  /** What an expression says. */
  static Condition of(String words, Parsed parsed, Function<TemplateScope, Truth> decision) {
    return new Condition(
        words, decision, parsed.variables()::contains, parsed.tree()::says, parsed.says());
  }

  /**
   * An expression, wherever it stands.
   *
   * @param whole gives its value
   * @param says with its variables' own names
   * @param variables that it takes from its scope
   */
  record Parsed(PebbleTemplate whole, ConditionTree tree, Proposition says, Set<String> variables) {
    Parsed {
      variables = Set.copyOf(variables);
    }
  }

  /** What holds everywhere, or nowhere. */
  static Condition constant(String words, boolean holds) {
    Proposition says = Proposition.constant(holds);
    return new Condition(words, _ -> Truth.of(holds), _ -> false, _ -> says, says);
  }

  /** What can't be understood: it may speak of everything, and fails where it is decided. */
  static Condition failing(String words, Failure failure) {
    Proposition says = Proposition.fact(words);
    return new Condition(
        words,
        _ -> {
          throw failure;
        },
        _ -> true,
        _ -> says,
        says);
  }

  /**
   * What only the run can decide, and no expression says, such as whether a loop has any turns.
   *
   * @param words the same for the same
   */
  public static Condition unknown(String words) {
    Proposition says = Proposition.fact(words);
    Truth unknown = new Truth.Unknown(new UnknownValue(List.of()));
    return new Condition(words, _ -> unknown, _ -> false, _ -> says, says);
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
    return new Condition(
        "not (" + words + ")",
        scope -> decide(scope).negated(),
        mentions,
        names -> naming.apply(names).opposite(),
        says.opposite());
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
            words,
            decision,
            mentions,
            naming,
            naming.apply(name -> names.getOrDefault(name, name)));
  }

  /** Whether it surely doesn't hold where another one does. */
  public boolean excludes(Condition other) {
    return says.excludes(other.says);
  }

  /** Whether knowing that it holds, or that it doesn't, decides another one in one of the cases. */
  public boolean bearsOn(Condition other) {
    return Stream.of(says, says.opposite())
        .anyMatch(one -> one.excludes(other.says) || one.excludes(other.says.opposite()));
  }

  /** What it is about; it {@link #bearsOn} only what is about one of these too. */
  public Set<String> subjects() {
    return says.subjects();
  }

  /** Whether it speaks of a variable. */
  public boolean mentions(String variable) {
    return mentions.test(variable);
  }

  /** Whether it compares something with what only one node has: it holds on one at most. */
  public boolean isOfOneNode() {
    return says.isOfOneNode();
  }

  /** Its text in one form: whatever says the same has the same. */
  public String normalForm() {
    return normalForm;
  }

  /** As its author wrote it, on one line. */
  public String words() {
    return words;
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
    return words;
  }
}
