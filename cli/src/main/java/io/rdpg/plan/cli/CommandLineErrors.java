package io.rdpg.plan.cli;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Suggestions;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.MutuallyExclusiveArgsException;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Converts picocli's errors to diagnostics with messages of our own. */
final class CommandLineErrors {
  private CommandLineErrors() {}

  static Diagnostic of(ParameterException exception) {
    CommandLine command = exception.getCommandLine();
    String help = "see " + command.getCommandSpec().qualifiedName() + " --help";
    return switch (exception) {
      case UnmatchedArgumentException unmatched ->
          unknown(command, unmatched.getUnmatched().getFirst(), help);
      case MissingParameterException missing -> missing(missing, help);
      case MutuallyExclusiveArgsException _ ->
          refused(sentence(exception).replace(" (specify only one)", ""), help);
      case OverwrittenOptionException twice ->
          refused(name(twice.getOverwritten()) + " is given twice", help);
      default -> badValue(exception, help);
    };
  }

  private static Diagnostic unknown(CommandLine command, String word, String help) {
    Set<String> commands = command.getSubcommands().keySet();
    if (word.startsWith("-")) {
      return unknown("option", word, command.getCommandSpec().optionsMap().keySet(), help);
    }
    return commands.isEmpty()
        ? unknown("argument", word, commands, help)
        : unknown("command", word, commands, "commands: " + String.join(", ", commands));
  }

  private static Diagnostic unknown(String kind, String word, Set<String> known, String otherwise) {
    String hint = Suggestions.didYouMean(word, known).orElse(otherwise);
    return refused("unknown " + kind + " '" + word + "'", hint);
  }

  private static Diagnostic missing(MissingParameterException exception, String help) {
    List<String> missing =
        exception.getMissing().stream()
            .map(argument ->
                argument instanceof OptionSpec option
                    ? option.longestName() + " requires " + option.paramLabel()
                    : argument.paramLabel() + " is missing")
            .toList();
    return refused(missing.isEmpty() ? sentence(exception) : String.join(", ", missing), help);
  }

  private static Diagnostic badValue(ParameterException exception, String help) {
    ArgSpec argument = exception.getArgSpec();
    String value = exception.getValue();
    if (argument == null || value == null) {
      return refused(sentence(exception), help);
    }
    Class<?> type = argument.type();
    if (type.isEnum()) {
      List<String> known =
          Stream.of(type.getEnumConstants())
              .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
              .toList();
      return refused(name(argument) + " can't be '" + value + "'", Suggestions.hint(value, known));
    }
    return type == Integer.class
        ? refused(name(argument) + " must be a whole number, not '" + value + "'", help)
        : refused(sentence(exception), help);
  }

  private static String name(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
  }

  /** Picocli's message in the form of ours. */
  private static String sentence(ParameterException exception) {
    String text = String.valueOf(exception.getMessage()).replaceFirst("^Error: ", "");
    return text.isEmpty() || text.startsWith("-")
        ? text
        : Character.toLowerCase(text.charAt(0)) + text.substring(1);
  }

  private static Diagnostic refused(String message, @Nullable String hint) {
    return Diagnostic.of(Code.BAD_COMMAND_LINE, message).withHint(hint);
  }
}
