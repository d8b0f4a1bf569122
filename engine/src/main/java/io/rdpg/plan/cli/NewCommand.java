package io.rdpg.plan.cli;

import io.rdpg.plan.diag.Code;
import io.rdpg.plan.diag.ExitCode;
import io.rdpg.plan.diag.Failure;
import io.rdpg.plan.primitives.Primitives;
import io.rdpg.plan.scaffold.NewFiles;
import io.rdpg.plan.scaffold.NewPlan;
import io.rdpg.plan.scaffold.NewPrimitive;
import java.io.PrintStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code new}: writes the beginning of a plan or a primitive, with its test. */
@Command(
    name = "new",
    description = "Writes the working beginning of a plan or a primitive, with its test.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {NewCommand.OfPlan.class, NewCommand.OfPrimitive.class},
    footer = {
      "rdpg-plan new plan grant-access",
      "rdpg-plan new plan grant-access --dir my-plans",
      "rdpg-plan new primitive consul_acl   in a checkout of rdpg-plan"
    })
final class NewCommand implements Callable<Integer> {
  @ParentCommand
  @SuppressWarnings("NullAway.Init") // picocli gives it before call()
  private RootCommand root;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli gives it before call()
  private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().usage(root.streams().err());
    return ExitCode.NOT_UNDERSTOOD.number();
  }

  /** Writes, and says what was written. */
  private PrintStream write(NewFiles files) {
    files.write();
    PrintStream out = root.streams().out();
    files.files().forEach(file -> out.println(root.installation().file(file)));
    return out;
  }

  /** {@code new plan}. */
  @Command(
      name = "plan",
      description = {
        "Writes NAME.yml, which can be applied as it is, and NAME.test.sh, which tests it on a lab.",
        "Nothing that is there is overwritten."
      },
      footer = {
        "rdpg-plan new plan grant-access",
        "rdpg-plan new plan grant-access --dir my-plans"
      })
  static final class OfPlan implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli gives it before call()
    private NewCommand parent;

    @Option(
        names = "--dir",
        paramLabel = "FOLDER",
        defaultValue = "plans",
        description = "Where to; else ${DEFAULT-VALUE}.")
    private String folder = "plans";

    @Parameters(paramLabel = "NAME", description = "Such as grant-access.")
    @SuppressWarnings("NullAway.Init") // picocli gives it before call()
    private String name;

    @Override
    public Integer call() {
      Installation installation = parent.root.installation();
      Path into = installation.cwd().resolve(path(folder));
      List<Path> schemas =
          List.of(into, installation.cwd().resolve("plans"), installation.home().resolve("plans"));
      NewFiles files = NewPlan.of(name, into, schemas);
      PrintStream out = parent.write(files);
      out.println();
      out.println("Test it on a lab: " + test(installation.file(files.files().getLast())));
      return ExitCode.DONE.number();
    }

    /** A path as a shell runs it. */
    private static String test(Path script) {
      return script.getNameCount() == 1 && !script.isAbsolute() ? "./" + script : script.toString();
    }

    private static Path path(String folder) {
      try {
        return Path.of(folder);
      } catch (InvalidPathException e) {
        throw Failure.of(
            Code.BAD_COMMAND_LINE, "no folder can be called '" + folder + "'", "take another");
      }
    }
  }

  /** {@code new primitive}. */
  @Command(
      name = "primitive",
      description = {
        "In a checkout of rdpg-plan: writes a primitive's class and its test, and adds it to the list"
            + " of primitives and to the test of what all of them keep to.",
        "Nothing that is there is overwritten."
      },
      footer = "rdpg-plan new primitive consul_acl")
  static final class OfPrimitive implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli gives it before call()
    private NewCommand parent;

    @Parameters(paramLabel = "NAME", description = "As plans will write it, such as consul_kv.")
    @SuppressWarnings("NullAway.Init") // picocli gives it before call()
    private String name;

    @Override
    public Integer call() {
      Path checkout =
          NewPrimitive.checkout(parent.root.installation().cwd())
              .orElseThrow(() ->
                  Failure.of(
                      Code.BAD_COMMAND_LINE,
                      "this folder is in no checkout of rdpg-plan",
                      "a primitive of your own comes in a jar on the class path: a class that"
                          + " implements io.rdpg.plan.step.Primitive, named in"
                          + " META-INF/services/io.rdpg.plan.step.Primitive"));
      NewFiles files = NewPrimitive.of(name, checkout, Primitives.signatures().keySet());
      PrintStream out = parent.write(files);
      String type = NewPrimitive.className(name);
      out.println(
          """

          It keeps a Consul key at a value: make of it what it is to do. Then
            ./test -DskipITs -Dtest='%sTest,PrimitiveContractTest,ArchitectureTest'
            ./rdpg-plan explain --markdown > docs/primitives.md    # a test compares it
            ./rdpg-plan schema                                     # where a copy is kept for editors\
          """
              .formatted(type));
      return ExitCode.DONE.number();
    }
  }
}
