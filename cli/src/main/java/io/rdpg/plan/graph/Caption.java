package io.rdpg.plan.graph;

import io.rdpg.plan.language.model.StepPath;
import java.util.Optional;

/**
 * What a step says of itself, as one line each, fit to be shown.
 *
 * @param number from 1, in the order in which the plan is written
 * @param when the condition under which it is done; empty for always
 * @param each for what it is repeated, such as {@code for each peer}; empty for once
 * @param on where else it is done, such as {@code at the peer}; empty for the node itself
 * @param deadline the longest that it waits, such as {@code 15m}; empty for a step that doesn't
 * @param register under which name later steps see its result; empty for none
 * @param place the file, seen from the plan's directory, and the line
 */
record Caption(
    int number,
    StepPath path,
    String name,
    Optional<String> when,
    Optional<String> each,
    Optional<String> on,
    Optional<String> deadline,
    Optional<String> register,
    String place) {

  /** Unique in its picture; a word in every format. */
  String id() {
    return "s" + number;
  }

  Caption always() {
    return new Caption(number, path, name, Optional.empty(), each, on, deadline, register, place);
  }
}
