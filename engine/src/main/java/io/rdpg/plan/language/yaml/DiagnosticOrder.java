package io.rdpg.plan.language.yaml;

import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import java.util.Comparator;
import java.util.List;

/** The order in which people read faults. */
final class DiagnosticOrder {
  private DiagnosticOrder() {}

  /** Those without a place first, then file by file, by line and column. */
  static List<Diagnostic> byPlace(Diagnostics diagnostics, List<String> files) {
    return diagnostics.all().stream()
        .sorted(
            Comparator.comparingInt((Diagnostic diagnostic) ->
                    diagnostic.at() == null ? -1 : files.indexOf(diagnostic.at().file()))
                .thenComparingInt(
                    diagnostic -> diagnostic.at() == null ? 0 : diagnostic.at().line())
                .thenComparingInt(
                    diagnostic -> diagnostic.at() == null ? 0 : diagnostic.at().column()))
        .toList();
  }
}
