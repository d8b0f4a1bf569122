package io.rdpg.plan.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** A command of rdpg-plan; ends with its exit code. */
abstract class Subcommand implements Callable<Integer> {
  @ParentCommand
  @SuppressWarnings("NullAway.Init") // picocli gives it before call()
  RootCommand root;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli gives it before call()
  CommandSpec spec;
}
