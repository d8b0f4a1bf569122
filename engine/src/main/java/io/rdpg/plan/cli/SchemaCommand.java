package io.rdpg.plan.cli;

import io.rdpg.plan.reference.PlanSchema;
import io.rdpg.plan.step.builtin.Primitives;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code schema}: a JSON Schema of plan files, for editors. */
@Command(
    name = "schema",
    description = "Prints a JSON Schema of plan files. Editors complete and check YAML by it.",
    footer = {
      "rdpg-plan schema > plan.schema.json   to be named in a plan's first line: # yaml-language-server: $schema=plan.schema.json"
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
