package io.rdpg.plan.analysis;

import io.rdpg.plan.interpret.NodeFacts;
import io.rdpg.plan.interpret.TemplateLookup;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.inventory.EngineVariables;
import io.rdpg.plan.language.inventory.InventoryReader;
import io.rdpg.plan.language.inventory.ParsedInventory;
import io.rdpg.plan.language.lookup.FileLayers;
import io.rdpg.plan.language.model.Inventory;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.template.Templates;
import io.rdpg.plan.language.vault.Vault;
import io.rdpg.plan.language.yaml.ExtraVars;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What plans are compiled against: nodes, variables, templates.
 *
 * @param parsed what nodes are made from
 * @param inventory the nodes, for no plan or for one
 * @param extra the command line's variables
 * @param vocabulary knows which of the inventory's variables are used
 */
public record Sources(
    ParsedInventory parsed,
    Inventory inventory,
    Map<String, Value> extra,
    Templates templates,
    TemplateLookup files,
    NodeFacts facts,
    SiteVariables vocabulary) {

  /**
   * What the command line names.
   *
   * @param inventories files and folders, at least one
   * @param extra the arguments of {@code -e}
   * @param layers where plans and templates are looked up
   * @param vault opens what is encrypted
   */
  public record Named(List<Path> inventories, List<String> extra, FileLayers layers, Vault vault) {}

  /**
   * Reads the inventory and the command line's variables.
   *
   * @param lab gives the variables {@code home}, {@code user}, {@code group} and {@code login} of
   *     an inventory's lab; none for real nodes
   * @throws Diagnostics.Rejected with every error of theirs
   */
  public static Sources read(Named named, Function<Inventory, Map<String, String>> lab) {
    Diagnostics diagnostics = new Diagnostics();
    ParsedInventory parsed = InventoryReader.read(named.inventories, named.vault, diagnostics);
    Map<String, Value> vars = ExtraVars.read(named.extra, named.vault, diagnostics);
    vars.forEach(
        (name, value) -> EngineVariables.refusal(name, value.at()).ifPresent(diagnostics::add));
    diagnostics.rejectIfAny();
    Templates compiled = new Templates(named.layers);
    Inventory nodes = parsed.inventory();
    List<Path> libraries =
        Stream.of("templates", "plans", "defaults")
            .flatMap(name -> named.layers.folders(name).stream())
            .toList();
    return new Sources(
        parsed,
        nodes,
        vars,
        compiled,
        new TemplateLookup(named.layers),
        new NodeFacts(nodes, compiled, vars, lab.apply(nodes)),
        new SiteVariables(parsed, libraries));
  }

  /** The same for one inventory in which nothing is encrypted, and files beside plans. */
  public static Sources read(
      Path inventory, List<String> extra, Function<Inventory, Map<String, String>> lab) {
    return read(
        new Named(List.of(inventory), extra, FileLayers.none(), Vault.WITHOUT_PASSWORDS), lab);
  }

  /** Where plans and templates are looked up. */
  public FileLayers layers() {
    return files.layers();
  }

  /** Refuses variables that look like the engine's and that nothing uses. */
  void checkVariables(Path folder, Diagnostics diagnostics) {
    vocabulary.check(folder, diagnostics);
  }

  /**
   * The same, with the variables beside a plan.
   *
   * @param folder the plan's
   * @param diagnostics is given what is wrong with them, the first time
   */
  Sources beside(Path folder, Diagnostics diagnostics) {
    if (!ParsedInventory.hasVariablesBeside(folder)) {
      return this;
    }
    Inventory nodes = parsed.beside(folder, diagnostics);
    return new Sources(
        parsed,
        nodes,
        extra,
        templates,
        files,
        new NodeFacts(nodes, templates, extra, facts.lab()),
        vocabulary);
  }
}
