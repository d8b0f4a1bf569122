package io.rdpg.plan.target.files;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.target.shell.ShellQuote;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Commands as shell scripts that start them without a shell between. The command's output goes to
 * files that have no name any more: what a child that it leaves behind prints later is discarded.
 */
final class CommandScripts {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final String SEPARATOR = "rdpg-plan 8b1f0c5e-6a9d-4c6e-9f7b-0d2a51c3e4aa";

  private static final String OPENING =
      """
      o=$(mktemp) && e=$(mktemp) || exit 125
      exec 3>"$o" 4<"$o" 5>"$e" 6<"$e"
      rm -f -- "$o" "$e"
      (
      exec >&3 2>&5 3>&- 4<&- 5>&- 6<&-
      """;

  /**
   * Reads the input as a whole before the command begins: a connection that is lost ends it early,
   * and half of it is not what the command was to get. The file has no name before it has content.
   * Wants size.
   */
  private static final String INPUT =
      """
      i=$(mktemp) || exit 125
      exec 7>"$i" 8<"$i" 9<"$i"
      rm -f -- "$i"
      cat >&7 && [ "$(wc -c <&8)" -eq "$size" ] || exit 125
      exec <&9 7>&- 8<&- 9<&-
      """;

  private static final String CLOSING =
      """
      )
      rc=$?
      cat <&4
      printf '\\n%%s\\n' '%s'
      cat <&6
      exit "$rc"
      """
          .formatted(SEPARATOR);

  private CommandScripts() {}

  /**
   * The script; its environment is set inside of the shell, where no process list shows it.
   *
   * @throws Failure when a variable's name is none
   */
  static String script(List<Text> argv, Map<String, Text> environment) {
    return OPENING + exports(environment) + exec(argv) + '\n' + CLOSING;
  }

  /**
   * The same for a command that reads so many bytes from its standard input; it isn't started when
   * fewer come.
   */
  static String script(List<Text> argv, Map<String, Text> environment, int input) {
    return (input == 0 ? "" : "size=" + input + "\n" + INPUT) + script(argv, environment);
  }

  /** Makes a directory for what many commands print. */
  static final String OUTPUTS =
      """
      d=$(mktemp -d) || exit 0
      trap 'rm -rf -- "$d"' EXIT
      trap 'exit 143' HUP INT TERM
      """;

  /**
   * The script of one of many commands, which costs the command itself and no other process.
   *
   * @param number whose output it is
   */
  static String oneOfMany(int number, List<Text> argv, Map<String, Text> environment) {
    return "exec >\"$d/%d.o\" 2>\"$d/%d.e\"\n".formatted(number, number)
        + exports(environment)
        + exec(argv);
  }

  /** Prints what one of many commands printed, for {@link #read}. */
  static String printed(int number) {
    return "{ cat -- \"$d/%d.o\"; printf '\\n%%s\\n' '%s'; cat -- \"$d/%d.e\"; }"
        .formatted(number, SEPARATOR, number);
  }

  private static String exports(Map<String, Text> environment) {
    StringBuilder script = new StringBuilder();
    new TreeMap<>(environment)
        .forEach((name, value) ->
            script
                .append("export ")
                .append(checked(name))
                .append('=')
                .append(ShellQuote.word(value.reveal()))
                .append('\n'));
    return script.toString();
  }

  /** The last line of a subshell that becomes the command. */
  static String exec(List<Text> argv) {
    return "exec " + ShellQuote.words(argv.stream().map(Text::reveal).toList());
  }

  private static String checked(String name) {
    if (!NAME.matcher(name).matches()) {
      throw Failure.of(
          Code.BAD_ARGUMENT_VALUE,
          "'" + name + "' is not a valid name of an environment variable",
          "use letters, digits and _");
    }
    return name;
  }

  /**
   * What the script gave, without the secrets of what was given to the command.
   *
   * @throws Failure when the command could not even be started
   */
  static Observation.CommandResult read(List<Text> given, int exit, byte[] output) {
    byte[] mark = ("\n" + SEPARATOR + "\n").getBytes(StandardCharsets.US_ASCII);
    int at = ByteSearch.find(output, mark, 0);
    if (at < 0) {
      throw Failure.of(
          Code.COMMAND_FAILED,
          "%s was not started: %s".formatted(given.getFirst(), text(output).strip()),
          "the node needs space in its directory for temporary files");
    }
    return new Observation.CommandResult(
        exit,
        redact(text(Arrays.copyOf(output, at)), given),
        redact(text(Arrays.copyOfRange(output, at + mark.length, output.length)), given));
  }

  /** All that a command is given, the command itself first. */
  static List<Text> given(List<Text> argv, Map<String, Text> environment, Text stdin) {
    return Stream.of(argv.stream(), environment.values().stream(), Stream.of(stdin))
        .flatMap(texts -> texts)
        .toList();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** What a command said, without the secrets that it was given. */
  static String redact(String said, List<Text> given) {
    String shown = said;
    for (Text text : given) {
      shown = text.redact(shown);
    }
    return shown;
  }

  /** The end of what a failed command said, as part of a sentence; empty when it said nothing. */
  static String tail(Observation.CommandResult result) {
    return tail(result.stderr().isBlank() ? result.stdout() : result.stderr());
  }

  static String tail(String said) {
    List<String> lines = said.strip().lines().toList();
    String last = String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
    String cut = last.length() > 2000 ? "..." + last.substring(last.length() - 2000) : last;
    return cut.isEmpty() ? "" : ": " + cut;
  }
}
