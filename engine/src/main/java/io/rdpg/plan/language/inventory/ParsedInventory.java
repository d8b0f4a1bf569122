package io.rdpg.plan.language.inventory;

import static io.rdpg.plan.language.inventory.InventoryGroup.ALL;

import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.Inventory;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.vault.Vault;
import io.rdpg.plan.language.yaml.LiteralOrTemplate;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What the sources of an inventory say, from which nodes are made: for no plan, or with the
 * variables beside one.
 */
public final class ParsedInventory {
  private final List<Path> sources;
  private final Set<Path> files;
  private final InventoryTree tree;
  private final List<VariableFiles> besideSources;
  private final Vault vault;
  private final Inventory alone;
  private final Map<Path, Inventory> besidePlans = new HashMap<>();
  private final Map<Path, VariableFiles> planFiles = new HashMap<>();

  ParsedInventory(
      List<Path> sources,
      Set<Path> files,
      InventoryTree tree,
      List<VariableFiles> besideSources,
      Vault vault,
      Diagnostics diagnostics) {
    this.sources = List.copyOf(sources);
    this.files = Set.copyOf(files);
    this.tree = tree;
    this.besideSources = besideSources;
    this.vault = vault;
    this.alone = inventory(List.of(), diagnostics);
    EngineVariables.check(this::eachVariable, diagnostics);
  }

  /** The nodes, without the variables beside any plan. */
  public Inventory inventory() {
    return alone;
  }

  /** Whether a plan in this folder has variables of its own for groups or hosts. */
  public static boolean hasVariablesBeside(Path folder) {
    return VariableFiles.areIn(folder);
  }

  /**
   * The nodes with the variables in {@code group_vars} and {@code host_vars} beside a plan; the
   * same as {@link #inventory} where there are none.
   *
   * @param folder the plan's
   * @param diagnostics is given what is wrong with them, the first time
   */
  public Inventory beside(Path folder, Diagnostics diagnostics) {
    Path whole = folder.toAbsolutePath().normalize();
    if (!hasVariablesBeside(folder)) {
      return alone;
    }
    Inventory known = besidePlans.get(whole);
    if (known == null) {
      VariableFiles files = new VariableFiles(folder, vault, diagnostics);
      known = inventory(List.of(files), diagnostics);
      EngineVariables.check(files::eachVariable, diagnostics);
      besidePlans.put(whole, known);
      planFiles.put(whole, files);
    }
    return known;
  }

  /**
   * A variable that something sets.
   *
   * @param at where it is first set
   * @param shared whether only files in {@code group_vars} and {@code host_vars} set it
   */
  public record Variable(String name, Span at, boolean shared) {}

  /**
   * Every variable that is set, with those beside a plan.
   *
   * @param folder the plan's
   */
  public Collection<Variable> variables(Path folder) {
    Map<String, Variable> found = new LinkedHashMap<>();
    tree.eachVariable(vars -> add(vars, false, found));
    files(folder).forEach(files -> files.eachVariable(vars -> add(vars, true, found)));
    return found.values();
  }

  private static void add(
      Map<String, Value.Entry> vars, boolean shared, Map<String, Variable> into) {
    vars.forEach(
        (name, entry) -> into.putIfAbsent(name, new Variable(name, entry.keyAt(), shared)));
  }

  /** Every string that is rendered where a variable is used, with those beside a plan. */
  public Stream<String> templates(Path folder) {
    Stream.Builder<String> found = Stream.builder();
    Consumer<Map<String, Value.Entry>> each =
        vars -> vars.values().forEach(entry -> templates(entry.value(), found));
    tree.eachVariable(each);
    files(folder).forEach(files -> files.eachVariable(each));
    return found.build();
  }

  private static void templates(Value value, Stream.Builder<String> into) {
    switch (value) {
      case Value.Str str when LiteralOrTemplate.isTemplate(str) -> into.add(str.text());
      case Value.Seq seq -> seq.items().forEach(item -> templates(item, into));
      case Value.Mapping map ->
          map.entries().values().forEach(entry -> templates(entry.value(), into));
      case Value.Str _, Value.Num _, Value.Bool _, Value.Nothing _ -> {}
    }
  }

  private Stream<VariableFiles> files(Path folder) {
    VariableFiles besidePlan = planFiles.get(folder.toAbsolutePath().normalize());
    return Stream.concat(besideSources.stream(), Stream.ofNullable(besidePlan));
  }

  private void eachVariable(Consumer<Map<String, Value.Entry>> use) {
    tree.eachVariable(use);
    besideSources.forEach(files -> files.eachVariable(use));
  }

  private Inventory inventory(List<VariableFiles> besidePlan, Diagnostics diagnostics) {
    VariableLayers layers = new VariableLayers(besideSources, besidePlan);
    InventoryNodes nodes = new InventoryNodes(tree, layers, diagnostics);
    Value.Entry lab = layers.ofGroup(tree.groups().get(ALL)).get("lab");
    Inventory inventory =
        nodes.inventory(
            sources, new LabSettingsReader(diagnostics).read(lab == null ? null : lab.value()));
    Set<Path> read = new LinkedHashSet<>(files);
    layers.files().forEach(read::add);
    return inventory.readFrom(List.copyOf(read));
  }
}
