package io.rdpg.plan.interpret;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Variables that Ansible knows by several names. */
final class Synonyms {
  private Synonyms() {}

  /**
   * The first of these names that has a value; empty when none has. Two with different values are
   * refused: Ansible takes the one of some variables, and the other of others.
   */
  static Optional<String> given(Variables vars, String... names) {
    List<String> given =
        Stream.of(names).filter(name -> NodeFacts.name(vars, name).isPresent()).toList();
    for (String other : given) {
      String first = given.getFirst();
      if (!NodeFacts.name(vars, other).equals(NodeFacts.name(vars, first))) {
        throw NodeFacts.wrong(
            vars,
            other,
            "'" + first + "' and '" + other + "' mean the same, and have different values here",
            "leave one of them out, wherever it is given");
      }
    }
    return given.stream().findFirst();
  }
}
