package io.rdpg.plan.analysis;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.inventory.EngineVariables;
import io.rdpg.plan.language.model.Defaults;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Step;
import java.util.stream.Stream;

/**
 * Refuses defaults of plans for variables that say how a node is reached: these are read from the
 * inventory and the command line alone, so they would count for templates only.
 */
final class DefaultsCheck {
  private DefaultsCheck() {}

  static void check(Plan plan, Diagnostics diagnostics) {
    defaults(plan)
        .flatMap(defaults -> defaults.files().values().stream())
        .distinct()
        .forEach(file -> check(file, diagnostics));
  }

  /** Whether a file of defaults is missing, so that nobody can say which variables there are. */
  static boolean areMissing(Plan plan, Diagnostics diagnostics) {
    return defaults(plan)
        .anyMatch(defaults ->
            defaults.path() != null && diagnostics.hasDiagnosticAt(defaults.path().at()));
  }

  private static Stream<Defaults> defaults(Plan plan) {
    return Stream.concat(
            Stream.of(plan),
            Step.all(plan.steps())
                .flatMap(step ->
                    step instanceof Step.Include include
                        ? include.plans().values().stream()
                        : Stream.of()))
        .map(Plan::defaults);
  }

  private static void check(Defaults.VariablesFile file, Diagnostics diagnostics) {
    file.vars()
        .forEach((name, value) -> {
          if (name.startsWith("ansible_") || EngineVariables.names().contains(name)) {
            diagnostics.add(
                Diagnostic.at(
                        value.at(),
                        Code.BAD_VALUE,
                        "'" + name + "' can't be a default: it is read from the inventory alone")
                    .withHint("set it there, or with -e"));
          }
        });
  }
}
