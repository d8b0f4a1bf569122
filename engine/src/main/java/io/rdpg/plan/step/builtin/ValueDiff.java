package io.rdpg.plan.step.builtin;

import io.rdpg.plan.language.model.Text;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The difference between two values: all of the old one, then all of the new one. */
final class ValueDiff {
  private ValueDiff() {}

  /**
   * @param old marked where it is secret
   */
  static String of(Text old, Text fresh) {
    return Stream.concat(lines("- ", old), lines("+ ", fresh)).collect(Collectors.joining("\n"));
  }

  /** An empty value is a line too. */
  private static Stream<String> lines(String sign, Text value) {
    return value.reveal().isEmpty()
        ? Stream.of(sign.strip())
        : value.toString().lines().map(line -> sign + line);
  }
}
