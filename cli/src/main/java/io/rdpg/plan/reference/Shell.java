package io.rdpg.plan.reference;

import java.util.List;
import java.util.Map;

/** A shell that completes our command lines. */
public enum Shell {
  BASH,
  ZSH,
  FISH;

  /**
   * The script that the shell reads.
   *
   * @param root the program's own page
   * @param words the values of labels that name a list, such as WORD of {@code explain}
   */
  public String script(CommandPage root, Map<String, List<String>> words) {
    return switch (this) {
      case BASH -> BashCompletion.of(root, words);
      case ZSH -> ZshCompletion.of(root, words);
      case FISH -> FishCompletion.of(root, words);
    };
  }
}
