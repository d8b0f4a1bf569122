package io.rdpg.plan.interpret;

import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Defaults;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.template.Templates;
import io.rdpg.plan.language.template.UnknownValue;
import java.util.Map;
import java.util.Optional;

/** Puts a node inside of a plan: with the plan's variables, and with its defaults for that node. */
public final class PlanDefaults {
  private PlanDefaults() {}

  /** The variables inside of a plan, of those around it. */
  public static Variables inPlan(Plan plan, Variables around, Templates templates) {
    Variables inside = around.inPlan(plan.vars());
    return inside.withDefaults(chosen(plan.defaults(), inside, templates));
  }

  /** A path that can't be rendered was reported when the plan was read. */
  private static Map<String, Value> chosen(Defaults defaults, Variables vars, Templates templates) {
    Value.Str path = defaults.path();
    if (path == null) {
      return Map.of();
    }
    try {
      String name = templates.render(path.text(), vars, path.at()).reveal();
      return Optional.ofNullable(defaults.files().get(name))
          .map(Defaults.VariablesFile::vars)
          .orElse(Map.of());
    } catch (Failure | UnknownValue reported) {
      return Map.of();
    }
  }
}
