package io.rdpg.plan.output;

import io.rdpg.plan.run.event.Status;
import io.rdpg.plan.step.Effect;

/**
 * Formats text: with colours and Unicode marks on a terminal that supports them, else plain.
 *
 * @param colour whether to write ANSI colours (ECMA-48 SGR)
 * @param unicode whether marks outside ASCII can be shown
 */
public record Style(boolean colour, boolean unicode) {
  public static final Style PLAIN = new Style(false, false);

  String green(String text) {
    return paint("32", text);
  }

  String yellow(String text) {
    return paint("33", text);
  }

  String red(String text) {
    return paint("31", text);
  }

  String cyan(String text) {
    return paint("36", text);
  }

  String magenta(String text) {
    return paint("35", text);
  }

  String dim(String text) {
    return paint("2", text);
  }

  String bold(String text) {
    return paint("1", text);
  }

  /** The text in its status' colour. */
  String of(Status status, String text) {
    return switch (status) {
      case OK -> green(text);
      case CHANGED -> yellow(text);
      case SKIPPED -> dim(text);
      case FAILED -> red(text);
      case WOULD_CHANGE -> cyan(text);
      case TENTATIVE -> magenta(text);
    };
  }

  /**
   * A line of what an effect changes: a difference with its added and removed lines coloured, a
   * statement with its comments faint. SQL's comments begin as a difference's removed lines do.
   *
   * @param kind the effect's kind
   */
  String effectLine(Effect.Kind kind, String line) {
    return switch (kind) {
      case SQL_RUN -> line.stripLeading().startsWith("--") ? dim(line) : line;
      case COMMAND_RUN -> line;
      case FILE_WRITE,
          KEY_PUT,
          KEY_DELETE,
          SERVICE_REGISTER,
          SERVICE_DEREGISTER,
          MEMBER_FORGET,
          SERVICE_RELOAD ->
          diffLine(line);
    };
  }

  private String diffLine(String line) {
    if (line.startsWith("--- ") || line.startsWith("+++ ")) {
      return bold(line);
    }
    if (line.startsWith("+")) {
      return green(line);
    }
    if (line.startsWith("-")) {
      return red(line);
    }
    return line.startsWith("@@") ? cyan(line) : line;
  }

  private String paint(String code, String text) {
    return colour && !text.isEmpty() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
