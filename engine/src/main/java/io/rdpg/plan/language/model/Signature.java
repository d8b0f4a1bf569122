package io.rdpg.plan.language.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a primitive takes and gives, for reading plans, for {@code explain} and for the generated
 * docs.
 *
 * @param name as plans write it
 * @param summary one sentence
 * @param inSync when there is nothing to do, one phrase
 * @param arguments in the order in which the docs show them
 * @param rules what must hold between arguments
 * @param registered the fields of the result that a step can register
 * @param example a YAML step, tested
 */
public record Signature(
    String name,
    String summary,
    String inSync,
    List<Argument> arguments,
    List<Rule> rules,
    List<Field> registered,
    String example) {
  public Signature {
    arguments = List.copyOf(arguments);
    rules = List.copyOf(rules);
    registered = List.copyOf(registered);
  }

  /** What an argument's value may be. */
  public enum Kind {
    TEXT,
    BOOL,
    INT,
    DURATION,
    MODE,
    LIST,
    MAP,
    /** A bare expression, or a YAML value: a condition, a list or a count. */
    EXPRESSION,
    /** The path of a template on this side, replaced by the rendered content. */
    TEMPLATE_FILE,
    ANY
  }

  /**
   * One argument.
   *
   * @param defaultValue shown in the docs; null for none
   * @param choices the literal values that it takes; empty where any will do
   * @param example one line of YAML that it could be: an editor writes it when the primitive is
   *     chosen, so of the arguments that exclude each other only one has an example; null for none
   */
  public record Argument(
      String name,
      Kind kind,
      boolean required,
      @Nullable String defaultValue,
      String meaning,
      List<String> choices,
      @Nullable String example) {
    public Argument {
      choices = List.copyOf(choices);
    }

    public static Argument required(String name, Kind kind, String meaning) {
      return new Argument(name, kind, true, null, meaning, List.of(), null);
    }

    public static Argument optional(String name, Kind kind, String meaning) {
      return new Argument(name, kind, false, null, meaning, List.of(), null);
    }

    public static Argument optional(String name, Kind kind, String defaultValue, String meaning) {
      return new Argument(name, kind, false, defaultValue, meaning, List.of(), null);
    }

    /** The same, taking only these values, or a template that gives one. */
    public Argument oneOf(String... values) {
      return new Argument(name, kind, required, defaultValue, meaning, List.of(values), example);
    }

    /** The same with a value to begin with. */
    public Argument such(String value) {
      return new Argument(name, kind, required, defaultValue, meaning, choices, value);
    }
  }

  /** What must hold between arguments. */
  public sealed interface Rule {}

  public record ExactlyOne(List<String> names) implements Rule {}

  public record AtMostOne(List<String> names) implements Rule {}

  /** Where {@code name} is given, {@code needed} must be too. */
  public record Needs(String name, String needed) implements Rule {}

  /** A field of the registered result. */
  public record Field(String name, String meaning) {}
}
