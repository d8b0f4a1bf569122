package io.rdpg.plan.analysis;

import io.rdpg.plan.interpret.NodeFacts;
import io.rdpg.plan.interpret.TemplateLookup;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.model.Inventory;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.template.Templates;
import io.rdpg.plan.language.yaml.ExtraVars;
import io.rdpg.plan.language.yaml.InventoryReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What plans are compiled against: nodes, variables, templates.
 *
 * @param extra the command line's variables
 */
public record Sources(
    Inventory inventory,
    Map<String, Value> extra,
    Templates templates,
    TemplateLookup files,
    NodeFacts facts) {

  /**
   * Reads the inventory and the command line's variables.
   *
   * @param extra the arguments of {@code -e}
   * @param templates the directories in which templates are looked up, after the plan's own
   * @param lab gives the variables {@code home}, {@code user} and {@code login} of an inventory's
   *     lab; none for real nodes
   * @throws Diagnostics.Rejected with every error of theirs
   */
  public static Sources read(
      Path inventory,
      List<String> extra,
      List<Path> templates,
      Function<Inventory, Map<String, String>> lab) {
    Diagnostics diagnostics = new Diagnostics();
    Inventory nodes = InventoryReader.read(inventory, diagnostics);
    Map<String, Value> vars = ExtraVars.read(extra, diagnostics);
    diagnostics.rejectIfAny();
    Templates compiled = new Templates(templates);
    return new Sources(
        nodes,
        vars,
        compiled,
        new TemplateLookup(templates),
        new NodeFacts(nodes, compiled, vars, lab.apply(nodes)));
  }
}
