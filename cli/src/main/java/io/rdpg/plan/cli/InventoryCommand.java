package io.rdpg.plan.cli;

import io.rdpg.plan.language.model.Inventory;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code inventory}: shows the nodes of an inventory. */
@Command(
    name = "inventory",
    description = "Shows the nodes of an inventory.",
    footer = {
      "rdpg-plan inventory   nodes, addresses and clusters as a table",
      "rdpg-plan inventory -i inventories/production.yml --graph"
    })
final class InventoryCommand extends Subcommand {
  @Mixin private SourceOptions source = new SourceOptions();

  @ArgGroup private Shape shape = new Shape();

  /** One shape at most. */
  static final class Shape {
    @Option(names = "--list", description = "As JSON, in the shape of ansible-inventory --list.")
    private boolean list;

    @Option(names = "--graph", description = "As a tree, like ansible-inventory --graph.")
    private boolean graph;
  }

  @Override
  public Integer call() {
    Inventory inventory = root.compiler(source).sources().inventory();
    root.streams().out().print(page(inventory));
    return 0;
  }

  private String page(Inventory inventory) {
    if (shape.list) {
      return InventoryText.list(inventory).toPrettyString() + "\n";
    }
    return shape.graph ? InventoryText.graph(inventory) : InventoryText.table(inventory);
  }
}
