package io.rdpg.plan.reference;

import java.util.List;
import java.util.Map;

/** How an argument is completed. */
sealed interface CompletionKind {

  /** The names of plans in {@code plans/}, and plan files. */
  record Plans() implements CompletionKind {}

  /** The inventories in {@code inventories/}, and files. */
  record Inventories() implements CompletionKind {}

  record Files() implements CompletionKind {}

  record Directories() implements CompletionKind {}

  /** A closed list of words. */
  record Words(List<String> words) implements CompletionKind {}

  /** Anything: no help. */
  record Nothing() implements CompletionKind {}

  /**
   * By what an argument is called in its help.
   *
   * @param words the values of labels that name a list
   */
  static CompletionKind of(String label, List<String> choices, Map<String, List<String>> words) {
    if (!choices.isEmpty()) {
      return new Words(choices);
    }
    List<String> listed = words.get(label);
    if (listed != null) {
      return new Words(listed);
    }
    return switch (label) {
      case "PLAN" -> new Plans();
      case "INVENTORY" -> new Inventories();
      case "FILE" -> new Files();
      case "DIRECTORY" -> new Directories();
      default -> new Nothing();
    };
  }
}
