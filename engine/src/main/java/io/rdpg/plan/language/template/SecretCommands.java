package io.rdpg.plan.language.template;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.SourceFile;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.system.Program;
import io.rdpg.plan.system.ShellWords;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What programs print that give secrets: each is run once, without a shell. */
final class SecretCommands {
  /** Password managers ask others, and sometimes a person. */
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  private final Map<String, Printed> printed = new ConcurrentHashMap<>();

  /** What a command gave: one of both. */
  private record Printed(@Nullable String line, @Nullable Failure failure) {}

  /**
   * The first line that a command prints.
   *
   * @param command its words, quoted as for a shell
   * @throws Failure {@link Code#MISSING_SECRET} when it gives none
   */
  String firstLine(String command) {
    Printed found = printed.computeIfAbsent(command, SecretCommands::run);
    if (found.failure != null) {
      throw found.failure;
    }
    return String.valueOf(found.line);
  }

  private static Printed run(String marked) {
    Text command = Text.marked(marked);
    try {
      List<String> words =
          ShellWords.split(command.reveal()).stream().map(ShellWords.Word::text).toList();
      if (words.isEmpty()) {
        return new Printed(null, missing(command, "there is no program in it"));
      }
      byte[] bytes = Program.output(words, DEADLINE, SourceFile.MOST_TEXT);
      String first = new String(bytes, StandardCharsets.UTF_8).lines().findFirst().orElse("");
      return first.isEmpty()
          ? new Printed(null, missing(command, "it printed nothing on its first line"))
          : new Printed(first, null);
    } catch (Program.Failed | ShellWords.Unclosed e) {
      return new Printed(null, missing(command, command.redact(String.valueOf(e.getMessage()))));
    }
  }

  private static Failure missing(Text command, String why) {
    return Failure.of(
        Code.MISSING_SECRET,
        "the secret's command '" + command + "' gave none: " + why,
        "run it by hand; it has no shell and no standard input");
  }
}
