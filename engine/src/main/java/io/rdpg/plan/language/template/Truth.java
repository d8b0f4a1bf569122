package io.rdpg.plan.language.template;

/** Whether a condition holds, as far as that is known. */
public sealed interface Truth {
  /** It does, whatever isn't known yet. */
  record Holds() implements Truth {}

  /** It doesn't, whatever isn't known yet. */
  record Fails() implements Truth {}

  /**
   * It depends on what isn't known yet.
   *
   * @param why what it depends on
   */
  record Unknown(UnknownValue why) implements Truth {}

  static Truth of(boolean holds) {
    return holds ? new Holds() : new Fails();
  }

  default Truth negated() {
    return switch (this) {
      case Holds _ -> new Fails();
      case Fails _ -> new Holds();
      case Unknown unknown -> unknown;
    };
  }
}
