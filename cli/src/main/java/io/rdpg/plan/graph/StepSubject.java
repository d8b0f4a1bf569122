package io.rdpg.plan.graph;

import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.model.Value;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a step works on, by name: never a value, a statement or a command's arguments. */
final class StepSubject {
  private static final Pattern LOGIN_OR_QUERY = Pattern.compile("(?<=//)[^/@]*@|\\?.*$");

  private final Map<String, Signature> signatures;

  StepSubject(Map<String, Signature> signatures) {
    this.signatures = signatures;
  }

  String of(Step.Task task) {
    Value.Mapping arguments = task.arguments();
    return switch (task.primitive()) {
      case "sql_exec" -> named("in", arguments, "database");
      case "consul_kv" -> named("key", arguments, "key");
      case "consul_service" -> named("service", arguments, "name");
      case "render_template" -> named("", arguments, "dest");
      case "reload_service" -> named("", arguments, "service");
      case "register_watch" -> named("", arguments, "name");
      case "wait_for", "lookup" -> source(arguments);
      case "assert" -> named("", arguments, "that");
      case "command" -> program(arguments);
      default -> task.primitive();
    };
  }

  private static String source(Value.Mapping arguments) {
    if (arguments.get("database") != null) {
      return named("in", arguments, "database");
    }
    for (String what : new String[] {"key", "service", "replication", "port", "file"}) {
      if (arguments.get(what) != null) {
        return named(what, arguments, what);
      }
    }
    return LOGIN_OR_QUERY.matcher(named("", arguments, "http")).replaceAll("");
  }

  private static String program(Value.Mapping arguments) {
    return arguments.get("run") instanceof Value.Seq run
            && !run.items().isEmpty()
            && run.items().getFirst() instanceof Value.Str program
        ? DisplayText.of(program)
        : "";
  }

  static String named(String word, Value.Mapping arguments, String argument) {
    Value value = arguments.get(argument);
    return value == null ? "" : (word + " " + DisplayText.of(value)).strip();
  }

  /** How long it waits at most: what it says, else what its primitive does. */
  Optional<String> deadline(Step step) {
    return switch (step) {
      case Step.LockScope lock -> deadline(lock.head(), lock.arguments(), "consul_lock", "wait");
      case Step.Task task when task.primitive().equals("wait_for") ->
          deadline(task.head(), task.arguments(), "wait_for", "timeout");
      case Step.Task _, Step.Release _, Step.Block _, Step.Include _ -> Optional.empty();
    };
  }

  private Optional<String> deadline(
      Step.Head head, Value.Mapping arguments, String primitive, String argument) {
    Value written = arguments.get(argument);
    if (written != null) {
      return Optional.of(DisplayText.of(written));
    }
    if (head.timeout() != null) {
      return Optional.of(io.rdpg.plan.language.model.Durations.show(head.timeout()));
    }
    Signature signature = signatures.get(primitive);
    return signature == null
        ? Optional.empty()
        : signature.arguments().stream()
            .filter(known -> known.name().equals(argument))
            .findFirst()
            .flatMap(known -> Optional.ofNullable(known.defaultValue()));
  }
}
