package io.rdpg.plan.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What {@code --version} and {@code --help} alone print, without the libraries and the command line
 * that all else needs: so it takes hardly longer than to start Java. For that, nothing here is
 * linked only when it runs, as lambdas are.
 */
final class ShortAnswers {
  private static final List<String> VERSION = List.of("--version", "-V");
  private static final List<String> HELP = List.of("--help", "-h");

  private ShortAnswers() {}

  /** The answer to these arguments; null when they ask for anything else. */
  static @Nullable String to(String... arguments) {
    if (arguments.length != 1) {
      return null;
    }
    if (VERSION.contains(arguments[0])) {
      return String.join("\n", ProgramVersion.lines()).concat("\n");
    }
    return HELP.contains(arguments[0]) ? help() : null;
  }

  /** As it was generated from the commands. */
  private static String help() {
    try (InputStream in = ShortAnswers.class.getResourceAsStream("help.txt")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("could not read help.txt", e);
    }
  }
}
