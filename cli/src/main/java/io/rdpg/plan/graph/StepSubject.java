package io.rdpg.plan.graph;

import io.rdpg.plan.language.model.Durations;
import io.rdpg.plan.language.model.Keys;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Signature.Argument;
import io.rdpg.plan.language.model.Signature.Role;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.model.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a step works on, by name, as its primitive's signature says: never a value, a statement or a
 * command's arguments.
 */
record StepSubject(Map<String, Signature> signatures) {
  private static final Pattern LOGIN_OR_QUERY = Pattern.compile("(?<=//)[^/@]*@|\\?.*$");

  StepCategory category(Step.Task task) {
    Signature signature = signatures.get(task.primitive());
    return signature == null ? StepCategory.OTHER : StepCategory.of(signature.category());
  }

  /** By the first argument that names it; by the primitive where no argument could. */
  String of(Step.Task task) {
    Signature signature = signatures.get(task.primitive());
    List<Argument> naming =
        signature == null
            ? List.of()
            : signature.arguments().stream().filter(one -> one.subject() != null).toList();
    if (naming.isEmpty()) {
      return DisplayText.line(task.primitive());
    }
    return naming.stream()
        .filter(one -> task.arguments().get(one.name()) != null)
        .findFirst()
        .map(one -> named(one, task.arguments()))
        .orElse("");
  }

  private static String named(Argument argument, Value.Mapping arguments) {
    Value value = arguments.get(argument.name());
    if (argument.roles().contains(Role.COMMAND_LINE)) {
      return value instanceof Value.Seq(List<Value> words, _)
              && !words.isEmpty()
              && words.getFirst() instanceof Value.Str program
          ? DisplayText.of(program)
          : "";
    }
    String name = named(String.valueOf(argument.subject()), arguments, argument.name());
    return switch (argument.kind()) {
      case TEXT -> name.contains("://") ? LOGIN_OR_QUERY.matcher(name).replaceAll("") : name;
      case BOOL, INT, DURATION, MODE, LIST, MAP, EXPRESSION, TEMPLATE_FILE, ANY -> name;
    };
  }

  static String named(String word, Value.Mapping arguments, String argument) {
    Value value = arguments.get(argument);
    return value == null ? "" : (word + " " + DisplayText.of(value)).strip();
  }

  /** How long it waits at most: what it says, else what its primitive does. */
  Optional<String> deadline(Step step) {
    return switch (step) {
      case Step.LockScope lock ->
          Optional.ofNullable(signatures.get(Keys.LOCK))
              .flatMap(signature -> signature.argument("wait"))
              .flatMap(wait -> deadline(lock.head(), lock.arguments(), wait));
      case Step.Task task ->
          Optional.ofNullable(signatures.get(task.primitive()))
              .flatMap(signature -> signature.argument(Role.DEADLINE))
              .flatMap(timeout -> deadline(task.head(), task.arguments(), timeout));
      case Step.Release _, Step.Block _, Step.Include _ -> Optional.empty();
    };
  }

  private static Optional<String> deadline(
      Step.Head head, Value.Mapping arguments, Argument argument) {
    Value written = arguments.get(argument.name());
    if (written != null) {
      return Optional.of(DisplayText.of(written));
    }
    return Optional.ofNullable(head.timeout())
        .map(Durations::show)
        .or(() -> Optional.ofNullable(argument.defaultValue()));
  }
}
