package io.rdpg.plan.language.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a primitive is, takes and gives, for reading plans, for {@code explain}, for pictures and
 * for the generated docs.
 *
 * @param name as plans write it
 * @param category what its steps do
 * @param summary one sentence
 * @param inSync when there is nothing to do, one phrase
 * @param arguments in the order in which the docs show them
 * @param rules what must hold between arguments
 * @param registered the fields of the result that a step can register
 * @param example a YAML step, tested
 */
public record Signature(
    String name,
    Category category,
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

  /** What a step does, as pictures tell steps apart. */
  public enum Category {
    SQL,
    KEY,
    SERVICE,
    FILE,
    RELOAD,
    WATCH,
    COMMAND,
    WAIT,
    LOOKUP,
    ASSERT,
    OTHER
  }

  /** The names of its arguments, in their order. */
  public List<String> argumentNames() {
    return arguments.stream().map(Argument::name).toList();
  }

  public Optional<Argument> argument(String name) {
    return arguments.stream().filter(argument -> argument.name().equals(name)).findFirst();
  }

  /** The argument of a role that only one can have; empty when none has it. */
  public Optional<Argument> argument(Role role) {
    return arguments.stream().filter(argument -> argument.roles().contains(role)).findFirst();
  }

  /** The arguments of a role that have a value in a step. */
  public Stream<Argument> given(Role role, Value.Mapping written) {
    return arguments.stream()
        .filter(argument -> argument.roles().contains(role))
        .filter(argument ->
            switch (written.get(argument.name())) {
              case null -> false;
              case Value.Nothing _ -> false;
              case Value.Bool bool -> bool.value();
              case Value _ -> true;
            });
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

  /** What an argument tells of the step to those who read plans. */
  public enum Role {
    /** The words of a command: the node's process list shows them, so they can't hold secrets. */
    COMMAND_LINE,

    /** Says what the step reads or changes, so that its author needn't by {@code touches}. */
    RESOURCE,

    /** Where it is given, the step waits for what other nodes do. */
    OTHER_NODES,

    /** How long the step waits at most: who has none never waits. */
    DEADLINE,

    /** Where it is given, the step changes only what is as it says: it needs no lock for that. */
    PRECONDITION
  }

  /**
   * One argument.
   *
   * @param defaultValue shown in the docs; null for none
   * @param choices the literal values that it takes; empty where any will do
   * @param example one line of YAML that it could be: an editor writes it when the primitive is
   *     chosen, so of the arguments that exclude each other only one has an example; null for none
   * @param subject the word before its value where pictures say what the step works on, by the
   *     first such argument that is given; null for one whose value is never shown
   * @param roles what else it tells of the step
   */
  public record Argument(
      String name,
      Kind kind,
      boolean required,
      @Nullable String defaultValue,
      String meaning,
      List<String> choices,
      @Nullable String example,
      @Nullable String subject,
      Set<Role> roles) {
    public Argument {
      choices = List.copyOf(choices);
      roles = Set.copyOf(roles);
    }

    private Argument(
        String name, Kind kind, boolean required, @Nullable String defaultValue, String meaning) {
      this(name, kind, required, defaultValue, meaning, List.of(), null, null, Set.of());
    }

    public static Argument required(String name, Kind kind, String meaning) {
      return new Argument(name, kind, true, null, meaning);
    }

    public static Argument optional(String name, Kind kind, String meaning) {
      return new Argument(name, kind, false, null, meaning);
    }

    public static Argument optional(String name, Kind kind, String defaultValue, String meaning) {
      return new Argument(name, kind, false, defaultValue, meaning);
    }

    /** The same, taking only these values, or a template that gives one. */
    public Argument oneOf(String... values) {
      return new Argument(
          name, kind, required, defaultValue, meaning, List.of(values), example, subject, roles);
    }

    /** The same with a value to begin with. */
    public Argument such(String value) {
      return new Argument(
          name, kind, required, defaultValue, meaning, choices, value, subject, roles);
    }

    /** The same, named by pictures after this word; it is no statement and no value. */
    public Argument subject(String word) {
      return new Argument(
          name, kind, required, defaultValue, meaning, choices, example, word, roles);
    }

    /** The same in these roles. */
    public Argument as(Role... given) {
      return new Argument(
          name, kind, required, defaultValue, meaning, choices, example, subject, Set.of(given));
    }
  }

  /** What must hold between arguments. */
  public sealed interface Rule {}

  public record ExactlyOne(List<String> names) implements Rule {}

  public record AtMostOne(List<String> names) implements Rule {}

  /** Where {@code name} is given, {@code needed} must be too. */
  public record Needs(String name, String needed) implements Rule {}

  /** Where {@code name} has this value, {@code needed} must be given. */
  public record NeedsFor(String name, String value, String needed) implements Rule {}

  /** {@code other} means something only where {@code name} has one of these values. */
  public record OnlyFor(String other, String name, List<String> values) implements Rule {
    public OnlyFor {
      values = List.copyOf(values);
    }
  }

  /** A field of the registered result. */
  public record Field(String name, String meaning) {}
}
