package io.rdpg.plan.cli;

import io.rdpg.plan.reference.PlanSchema;
import io.rdpg.plan.step.builtin.Primitives;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code schema}: a JSON Schema of plan files, for editors. */
@Command(
    name = "schema",
    description = "Prints the JSON Schema of plans, with which editors complete and check YAML.",
    footer = {
      "rdpg-plan schema > plan.schema.json   for a plan's first line: # yaml-language-server: $schema=plan.schema.json"
    })
final class SchemaCommand implements Callable<Integer> {
  @ParentCommand
  @SuppressWarnings("NullAway.Init") // picocli gives it before call()
  private RootCommand root;

  @Override
  public Integer call() {
    root.streams().out().println(PlanSchema.of(Primitives.signatures().values()).toPrettyString());
    return 0;
  }
}
