package io.rdpg.plan.step.builtin;

import static io.rdpg.plan.language.model.Signature.Argument.optional;
import static io.rdpg.plan.language.model.Signature.Argument.required;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.model.CommandLine;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Signature.Category;
import io.rdpg.plan.language.model.Signature.Kind;
import io.rdpg.plan.language.model.Signature.Role;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Args;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Observations;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.step.Resource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Runs a command on the node, without a shell, unless another one says that it is done. */
public final class Command implements Primitive<Command.Want> {

  /** What a shell exits with that could not start a command (POSIX, "Exit Status for Commands"). */
  private static final int NOT_EXECUTABLE = 126;

  private static final int NOT_FOUND = 127;

  /**
   * Decodes what the author wants.
   *
   * @param unless null for a command that is to run always
   */
  public record Want(Effect.RunCommand command, Read.@Nullable Probe unless) {}

  @Override
  public Signature signature() {
    return new Signature(
        "command",
        Category.COMMAND,
        "Runs a command on the node, without a shell, unless a second one says that it is done.",
        "`unless` exits 0",
        List.of(
            required("run", Kind.LIST, "the command and its arguments")
                .such("[mkdir, -p, /var/backups/rdpg]")
                .subject("")
                .as(Role.COMMAND_LINE),
            optional(
                    "unless",
                    Kind.LIST,
                    "a command that only reads; 0 means done, 126 and 127 that it can't be run: an"
                        + " error")
                .such("[test, -d, /var/backups/rdpg]")
                .as(Role.COMMAND_LINE),
            optional("always", Kind.BOOL, "run it every time; must be explicit"),
            optional("stdin", Kind.TEXT, "its standard input, which may contain secrets"),
            optional("env", Kind.MAP, "environment variables")),
        List.of(new Signature.ExactlyOne(List.of("unless", "always"))),
        List.of(RegisteredFields.CHANGED),
        """
        - name: the directory for backups exists
          command:
            run: [mkdir, -p, /var/backups/rdpg]
            unless: [test, -d, /var/backups/rdpg]
        """);
  }

  @Override
  public Want decode(Args args) {
    if (!args.has("unless") && !args.flag("always")) {
      throw args.wrong("always", "must be true where there is no 'unless'");
    }
    List<Text> run = args.commandLine("run");
    if (run.isEmpty()) {
      throw args.wrong("run", "names no command");
    }
    List<Text> unless = args.commandLine("unless");
    if (args.has("unless") && unless.isEmpty()) {
      throw args.wrong("unless", "names no command");
    }
    Map<String, Text> environment = args.textMap("env");
    return new Want(
        new Effect.RunCommand(run, args.text("stdin").orElse(null), environment),
        unless.isEmpty() ? null : new Read.Probe(unless, environment));
  }

  @Override
  public List<Read<?>> reads(Want want) {
    return want.unless() == null ? List.of() : List.of(want.unless());
  }

  @Override
  public Set<Resource> mayTouch(Args known) {
    return Set.of(new Resource.Anything());
  }

  @Override
  public Diff diff(Want want, Observations observations) {
    if (want.unless() == null) {
      return change(want, "it runs always", false);
    }
    Observation.CommandResult result = observations.of(want.unless());
    return switch (result.exit()) {
      case 0 -> new Diff.InSync("its `unless` command exits 0");
      case NOT_EXECUTABLE, NOT_FOUND -> refused(want.unless(), result);
      default -> change(want, "its `unless` command exits " + result.exit(), true);
    };
  }

  private static Diff refused(Read.Probe unless, Observation.CommandResult result) {
    String program = unless.argv().getFirst().toString();
    String said = result.stderr().strip();
    return new Diff.Refused(
        Code.COMMAND_FAILED,
        "its `unless` command can't tell whether it is done: %s exited with %d%s"
            .formatted(program, result.exit(), said.isEmpty() ? "" : ": " + said),
        result.exit() == NOT_EXECUTABLE
            ? "the user (ansible_user, or become_user) may not run it"
            : "install it on the node, or give its absolute path; to install it by this step, ask"
                + " for it: unless: [sh, -c, command -v PROGRAM]");
  }

  private static Diff change(Want want, String because, boolean lookAgain) {
    return new Diff.Change(
        List.of(want.command()),
        because,
        CommandLine.show(want.command().argv()),
        lookAgain,
        Map.of());
  }
}
