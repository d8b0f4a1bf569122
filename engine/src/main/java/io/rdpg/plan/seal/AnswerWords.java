package io.rdpg.plan.seal;

import io.rdpg.plan.step.Answer;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Answers in a few words that tell them apart for people. A server's answer may hold a secret that
 * nobody has marked, so contents, values and rows are told by their size alone, without hashes that
 * could be guessed from.
 */
final class AnswerWords {
  private AnswerWords() {}

  static String of(Answer answer) {
    return switch (answer) {
      case Answer.NoFile _ -> "no file";
      case Answer.NoFolder none -> "no folder " + none.folder();
      case Answer.File file ->
          "a file of %d characters (%s:%s, mode %04o)"
              .formatted(file.content().reveal().length(), file.owner(), file.group(), file.mode());
      case Answer.OtherFile other -> other.what();
      case Answer.NoPlace place -> "no " + place.what();
      case Answer.Table table -> table(table);
      case Answer.NoKey _ -> "no key";
      case Answer.KeyValue value -> "a value of " + value.value().reveal().length() + " characters";
      case Answer.NoRegistration _ -> "no registration";
      case Answer.Existing existing -> registration(existing.registration());
      case Answer.Instances instances -> instances(instances.instances());
      case Answer.Reachable reachable -> reachable.open() ? "open" : "closed";
      case Answer.HttpReply reply -> reply.status() == 0 ? "no answer" : "status " + reply.status();
      case Answer.CommandResult result -> "exit code " + result.exit();
      case Answer.ConfigurationState state -> configuration(state);
    };
  }

  private static String table(Answer.Table table) {
    if (table.rows().isEmpty()) {
      return "no row";
    }
    if (table.rows().size() > 1) {
      return table.rows().size() + " rows";
    }
    Map<String, @Nullable Object> row = table.rows().getFirst();
    return table.columns().size() == 1
            && row.get(table.columns().getFirst()) instanceof Boolean truth
        ? truth.toString()
        : "one row";
  }

  private static String registration(Answer.Registration service) {
    return "service "
        + service.name()
        + " at "
        + (service.address() == null ? "the agent's address" : service.address())
        + ", port "
        + service.port();
  }

  private static String instances(List<Answer.Instance> instances) {
    return instances.isEmpty()
        ? "no instance"
        : instances.stream()
            .map(one -> one.id() + " on " + one.node())
            .sorted()
            .collect(Collectors.joining(", "));
  }

  private static String configuration(Answer.ConfigurationState state) {
    Answer.ProcessIdentity process = state.process();
    return (state.missing().isEmpty()
            ? "all files there"
            : String.join(", ", state.missing()) + " missing")
        + (state.changed() == null ? "" : ", last changed " + state.changed())
        + (state.stamp() == null ? ", no stamp of a reload" : ", stamped by a reload")
        + (process == null ? "" : ", process " + process.pid());
  }
}
