package io.rdpg.plan.world.reach;

import java.util.List;
import java.util.stream.Collectors;

/** Words as a POSIX shell reads them back unchanged. */
public final class Quoted {
  private Quoted() {}

  public static String word(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  public static String words(List<String> words) {
    return words.stream().map(Quoted::word).collect(Collectors.joining(" "));
  }
}
