package io.rdpg.plan.run;

import java.util.List;

/** A preview has no answer: it depends on steps that were not performed. */
final class UnknownValue extends RuntimeException {
  private final transient List<String> because;

  /**
   * @param because the ids of the steps that it depends on
   */
  UnknownValue(List<String> because) {
    super("not known before " + String.join(", ", because), null, false, false);
    this.because = List.copyOf(because);
  }

  List<String> because() {
    return because;
  }
}
