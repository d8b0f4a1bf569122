package io.rdpg.plan.language.model;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A command and its arguments as people read them, and paste them into a shell. */
public final class CommandLine {
  /** What no shell takes for anything else; not {@code ~}, nor what begins a comment. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./=,@:-]+");

  private CommandLine() {}

  /** The words, quoted where a POSIX shell would take them for something else; without secrets. */
  public static String show(List<Text> argv) {
    return argv.stream()
        .map(word -> word.holdsSecret() ? word.toString() : word(word.toString()))
        .collect(Collectors.joining(" "));
  }

  /** One word, quoted where a POSIX shell would take it for something else. */
  public static String word(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
