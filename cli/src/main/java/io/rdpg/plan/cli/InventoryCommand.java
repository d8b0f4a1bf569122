package io.rdpg.plan.cli;

import io.rdpg.plan.analysis.Sources;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.Suggestions;
import io.rdpg.plan.language.model.Inventory;
import io.rdpg.plan.language.model.Node;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code inventory}: shows the nodes of an inventory. */
@Command(
    description = "Shows the nodes of an inventory.",
    footer = {
      "rdpg-plan inventory   nodes, addresses and clusters as a table",
      "rdpg-plan inventory -i inventories/production.yml --graph"
    })
final class InventoryCommand extends Subcommand {
  @Mixin private SourceOptions source = new SourceOptions();

  @ArgGroup private Shape shape = new Shape();

  @Option(
      names = "--playbook-dir",
      paramLabel = "DIRECTORY",
      description = "With the variables in group_vars and host_vars beside the plans in it.")
  private @Nullable Path plans;

  @Parameters(
      paramLabel = "GROUP",
      arity = "0..1",
      defaultValue = "all",
      description = "With --graph: where the tree begins. Default: all.")
  private String group = "all";

  /** One shape at most. */
  static final class Shape {
    @Option(names = "--list", description = "As JSON, in the shape of ansible-inventory --list.")
    private boolean list;

    @Option(names = "--graph", description = "As a tree, like ansible-inventory --graph.")
    private boolean graph;

    @Option(
        names = "--host",
        paramLabel = "NODE",
        description = "One node's variables as JSON, like ansible-inventory --host.")
    private @Nullable String host;
  }

  @Override
  public Integer call() {
    if (!group.equals("all") && !shape.graph) {
      throw Failure.of(
          Code.BAD_COMMAND_LINE, "GROUP requires --graph", "rdpg-plan inventory --graph " + group);
    }
    Sources sources = RootCommand.compiler(root.workspace(source, List.of()), source).sources();
    root.streams().out().print(page(plans == null ? sources.inventory() : beside(sources, plans)));
    return 0;
  }

  private Inventory beside(Sources sources, Path folder) {
    Diagnostics diagnostics = new Diagnostics();
    Inventory inventory = sources.parsed().beside(root.installation().file(folder), diagnostics);
    diagnostics.rejectIfAny();
    return inventory;
  }

  private String page(Inventory inventory) {
    if (shape.list) {
      return InventoryText.list(inventory).toPrettyString() + "\n";
    }
    if (shape.host != null) {
      String name = shape.host;
      Node node = inventory.node(name).orElseThrow(() -> unknown("node", name, names(inventory)));
      return InventoryText.vars(node).toPrettyString() + "\n";
    }
    if (!shape.graph) {
      return InventoryText.table(inventory);
    }
    if (!inventory.tree().containsKey(group)) {
      throw unknown("group", group, inventory.tree().keySet());
    }
    return InventoryText.graph(inventory, group);
  }

  private static List<String> names(Inventory inventory) {
    return inventory.nodes().stream().map(Node::name).toList();
  }

  private static Failure unknown(String kind, String name, Collection<String> known) {
    return Failure.of(
        Code.UNKNOWN_NODE,
        "no " + kind + " is called '" + name + "'",
        Suggestions.hint(name, known));
  }
}
