package io.rdpg.plan.reference;

import java.util.List;
import java.util.Map;

/** What the words of an argument are completed to. */
sealed interface Completes {

  /** The names of plans in {@code plans/}, and plan files. */
  record Plans() implements Completes {}

  /** The inventories in {@code inventories/}, and YAML files. */
  record Inventories() implements Completes {}

  record Files() implements Completes {}

  record Folders() implements Completes {}

  /** A closed list of words. */
  record Words(List<String> words) implements Completes {}

  /** Anything: no help. */
  record Nothing() implements Completes {}

  /**
   * By what an argument is called in its help.
   *
   * @param words the words of labels that stand for a list
   */
  static Completes of(String label, List<String> choices, Map<String, List<String>> words) {
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
      case "FOLDER" -> new Folders();
      default -> new Nothing();
    };
  }
}
