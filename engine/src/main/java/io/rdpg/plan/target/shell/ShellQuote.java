package io.rdpg.plan.target.shell;

import java.util.List;
import java.util.stream.Collectors;

/** Quotes words for a POSIX shell. */
public final class ShellQuote {
  private ShellQuote() {}

  public static String word(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  public static String words(List<String> words) {
    return words.stream().map(ShellQuote::word).collect(Collectors.joining(" "));
  }
}
