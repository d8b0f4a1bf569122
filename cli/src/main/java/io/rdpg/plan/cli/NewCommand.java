package io.rdpg.plan.cli;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.scaffold.FileSet;
import io.rdpg.plan.scaffold.NewPlan;
import io.rdpg.plan.scaffold.NewPrimitive;
import io.rdpg.plan.step.builtin.Primitives;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code new}: creates a plan or a primitive from a template, with its test. */
@Command(
    description = {
      "Creates a working plan or primitive from a template, with its test. Existing files are not"
          + " overwritten.",
      "A plan is NAME.yml, which can be applied unchanged, and NAME.test.sh, which tests it on a"
          + " lab; in a project whose build names rdpg-plan-junit, a JUnit test instead.",
      "A primitive is a class and its test, in a checkout of rdpg-plan. They are added to the list"
          + " of primitives and to the test of the contract of all primitives."
    },
    footer = {
      "rdpg-plan new plan grant-access   plans/grant-access.yml and .test.sh",
      "rdpg-plan new plan grant-access --dir my-plans",
      "rdpg-plan new primitive consul_acl"
    })
final class NewCommand extends Subcommand {
  @Option(
      names = "--dir",
      paramLabel = "DIRECTORY",
      description = "The directory for a plan. Default: plans in the project, else here.")
  private @Nullable String directory;

  @Mixin private ProjectOption project = new ProjectOption();

  @Parameters(index = "0", paramLabel = "plan|primitive", description = "What to create.")
  @SuppressWarnings("NullAway.Init") // picocli gives it before call()
  private Kind kind;

  @Parameters(
      index = "1",
      paramLabel = "NAME",
      description = "Such as grant-access for a plan, consul_acl for a primitive.")
  @SuppressWarnings("NullAway.Init") // picocli gives it before call()
  private String name;

  /** What can be created. */
  enum Kind {
    PLAN,
    PRIMITIVE
  }

  @Override
  public Integer call() {
    switch (kind) {
      case PLAN -> plan();
      case PRIMITIVE -> primitive();
    }
    return ExitCode.DONE.number();
  }

  private void plan() {
    Installation installation = root.installation();
    Workspace workspace = project.workspace(installation, List.of());
    Project own = workspace.project();
    Path base = own == null ? installation.cwd() : own.folder();
    Path usual = base.resolve("plans");
    Path into = directory == null ? usual : installation.cwd().resolve(path(directory));
    List<Path> schemas =
        Stream.concat(Stream.of(into, usual), workspace.layers().folders("plans").stream())
            .toList();
    FileSet files = NewPlan.of(name, into, base, schemas);
    write(files);
    String test =
        NewPlan.testsWithJUnit(base)
            ? "mvn verify -Dit.test=" + NewPlan.testClass(name)
            : asRun(installation.file(files.files().getLast()));
    root.streams().out().println("\nTest it on a lab: " + test);
  }

  private void primitive() {
    if (directory != null) {
      throw Failure.of(
          Code.BAD_COMMAND_LINE,
          "--dir is for plans only: the directory of primitives is fixed",
          "omit it");
    }
    Path checkout =
        NewPrimitive.checkout(root.installation().cwd())
            .orElseThrow(() ->
                Failure.of(
                    Code.BAD_COMMAND_LINE,
                    "this directory is not in a checkout of rdpg-plan",
                    "a primitive outside of this project is in a jar on the class path: a class"
                        + " that implements io.rdpg.plan.step.Primitive, named in"
                        + " META-INF/services/io.rdpg.plan.step.Primitive"));
    write(NewPrimitive.of(name, checkout, Primitives.signatures().keySet()));
    root.streams()
        .out()
        .println(
            """

            It keeps a Consul key at a value: change it into what you need. Then
              ./test -DskipITs -Dtest='%sTest,PrimitiveContractTest,ArchitectureTest'
              ./rdpg-plan explain --markdown > docs/primitives.md     # tests compare
              ./rdpg-plan man --into docs/man                         # all three
              ./rdpg-plan schema > plans/plan.schema.json             # with the code\
            """
                .formatted(NewPrimitive.className(name)));
  }

  /** Writes, and says what was written. */
  private void write(FileSet files) {
    files.write();
    files.files().forEach(file -> root.streams().out().println(root.installation().file(file)));
  }

  /** A path as a shell runs it. */
  private static String asRun(Path script) {
    return script.getNameCount() == 1 && !script.isAbsolute() ? "./" + script : script.toString();
  }

  private static Path path(String directory) {
    try {
      return Path.of(directory);
    } catch (InvalidPathException e) {
      throw Failure.of(
          Code.BAD_COMMAND_LINE,
          "invalid name of a directory: '" + directory + "'",
          "choose another");
    }
  }
}
