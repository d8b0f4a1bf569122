package io.rdpg.plan.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of every command that reads an inventory. */
final class SourceOptions {
  @Option(
      names = {"-i", "--inventory"},
      paramLabel = "INVENTORY",
      description = {"The inventory; else $RDPG_PLAN_INVENTORY, else inventories/lab.yml."})
  private @Nullable String inventory;

  @Option(
      names = {"-e", "--extra-vars"},
      paramLabel = "VARS",
      description = "Variables: name=value, @file.yml or a YAML map. They override all others.")
  private List<String> extra = new ArrayList<>();

  @Nullable String inventory() {
    return inventory;
  }

  List<String> extra() {
    return extra;
  }
}
