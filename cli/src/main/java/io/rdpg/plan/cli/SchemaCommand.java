package io.rdpg.plan.cli;

import io.rdpg.plan.reference.PlanSchema;
import io.rdpg.plan.step.builtin.Primitives;
import picocli.CommandLine.Command;

/** {@code schema}: a JSON Schema of plan files, for editors. */
@Command(
    description = "Prints the JSON Schema of plans, with which editors complete and check YAML.",
    footer = {
      "rdpg-plan schema > plan.schema.json   for a plan's first line: # yaml-language-server:"
          + " $schema=plan.schema.json"
    })
final class SchemaCommand extends Subcommand {
  @Override
  public Integer call() {
    root.streams().out().println(PlanSchema.of(Primitives.signatures().values()).toPrettyString());
    return 0;
  }
}
