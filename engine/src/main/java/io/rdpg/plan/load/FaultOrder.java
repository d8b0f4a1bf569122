package io.rdpg.plan.load;

import io.rdpg.plan.diag.Diagnostic;
import io.rdpg.plan.diag.Diagnostics;
import java.util.Comparator;
import java.util.List;

/** The order in which people read faults. */
final class FaultOrder {
  private FaultOrder() {}

  /** Those without a place first, then file by file, by line and column. */
  static List<Diagnostic> byPlace(Diagnostics diagnostics, List<String> files) {
    return diagnostics.all().stream()
        .sorted(
            Comparator.comparingInt((Diagnostic fault) ->
                    fault.at() == null ? -1 : files.indexOf(fault.at().file()))
                .thenComparingInt(fault -> fault.at() == null ? 0 : fault.at().line())
                .thenComparingInt(fault -> fault.at() == null ? 0 : fault.at().column()))
        .toList();
  }
}
