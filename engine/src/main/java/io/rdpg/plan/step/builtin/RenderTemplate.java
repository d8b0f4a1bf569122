package io.rdpg.plan.step.builtin;

import static io.rdpg.plan.language.model.Signature.Argument.optional;
import static io.rdpg.plan.language.model.Signature.Argument.required;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Signature.Category;
import io.rdpg.plan.language.model.Signature.Kind;
import io.rdpg.plan.language.model.Signature.Role;
import io.rdpg.plan.step.Args;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Observations;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.step.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Puts a rendered template in a file of the node. */
public final class RenderTemplate implements Primitive<Effect.WriteFile> {

  @Override
  public Signature signature() {
    return new Signature(
        "render_template",
        Category.FILE,
        "Writes a rendered template to a file of the node.",
        "content, owner and mode equal",
        List.of(
            required(
                    "template",
                    Kind.TEMPLATE_FILE,
                    "searched beside the plan, then in `templates/`")
                .such("watch-handler.sh"),
            required("dest", Kind.TEXT, "the file's absolute path on the node")
                .such("/usr/local/lib/rdpg/watch-handler.sh")
                .subject("")
                .as(Role.RESOURCE),
            optional("owner", Kind.TEXT, "a user's name; unchanged when omitted"),
            optional("group", Kind.TEXT, "a group's name; unchanged when omitted"),
            optional("mode", Kind.MODE, "octal permission bits; unchanged when omitted"),
            optional(
                    "validate",
                    Kind.LIST,
                    "a command that must accept the new file before it replaces the old one; `%s`"
                        + " stands for its path")
                .as(Role.COMMAND_LINE),
            optional(
                "backup",
                Kind.BOOL,
                "false",
                "what it replaces first is kept as `.NAME.accepted` beside it, for `reload_service`"
                    + " to put back when the service refuses the new file")),
        List.of(),
        List.of(RegisteredFields.CHANGED),
        """
        - name: the handler of watches
          render_template:
            template: watch-handler.sh
            dest: /usr/local/lib/rdpg/watch-handler.sh
            mode: 0755
            validate: [sh, -n, "%s"]
        """);
  }

  @Override
  public Effect.WriteFile decode(Args args) {
    String path = args.requiredName("dest");
    if (!path.startsWith("/")) {
      throw args.wrong("dest", "must be an absolute path, not '" + path + "'");
    }
    return new Effect.WriteFile(
        path,
        args.requiredText("template"),
        args.account("owner").orElse(null),
        args.account("group").orElse(null),
        args.mode("mode").orElse(null),
        args.commandLine("validate"),
        args.flag("backup"));
  }

  @Override
  public List<Read<?>> reads(Effect.WriteFile want) {
    return List.of(new Read.FileAt(want.path(), want.content()));
  }

  @Override
  public Set<Resource> mayTouch(Args known) {
    return Set.of(new Resource.File(known.name("dest").orElse("")));
  }

  @Override
  public Read.Placing placing(String path, Args known) {
    return owned(path, known);
  }

  /** A file whose owner and group are arguments. */
  static Read.Placing owned(String path, Args known) {
    return new Read.Placing(
        path, known.name("owner").orElse(null), known.name("group").orElse(null));
  }

  @Override
  public Diff diff(Effect.WriteFile want, Observations observations) {
    return diff(want, observations.of(new Read.FileAt(want.path())));
  }

  /** What lies between a file as it is wanted and as it is. */
  static Diff diff(Effect.WriteFile want, Observation.FileState state) {
    return switch (state) {
      case Observation.NoFile _ -> change(want, "the file doesn't exist", "", false);
      case Observation.NoDirectory none -> noDirectory(none.directory(), want.path());
      case Observation.OtherFile other ->
          new Diff.Refused(
              Code.FILE_FAILED,
              want.path() + " is " + other.what() + ", not a regular file",
              "move it away, or choose another destination");
      case Observation.File file -> {
        List<String> differs = differences(want, file);
        yield differs.isEmpty()
            ? new Diff.InSync("content, owner and mode are equal")
            : change(
                want,
                String.join(" and ", differs) + (differs.size() == 1 ? " differs" : " differ"),
                file.content().reveal(),
                !file.content().equals(want.content()));
      }
    };
  }

  /** No file can be put in place where its directory is missing. */
  static Diff noDirectory(String directory, String path) {
    return new Diff.Refused(
        Code.FILE_FAILED,
        "directory " + directory + " doesn't exist, so " + path + " can't be written",
        "create it in an earlier step, with command: {run: [install, -d, %s], unless: [test, -d, %s]}"
            .formatted(directory, directory));
  }

  private static List<String> differences(Effect.WriteFile want, Observation.File file) {
    List<String> differs = new ArrayList<>();
    if (!file.content().equals(want.content())) {
      differs.add("content");
    }
    if (want.owner() != null && !want.owner().equals(file.owner())) {
      differs.add("owner");
    }
    if (want.group() != null && !want.group().equals(file.group())) {
      differs.add("group");
    }
    if (want.mode() != null && want.mode() != file.mode()) {
      differs.add("mode");
    }
    return differs;
  }

  private static Diff change(
      Effect.WriteFile want, String because, String before, boolean contentDiffers) {
    boolean shown = contentDiffers || before.isEmpty();
    return new Diff.Change(
        want, because, shown ? FileDiff.unified(want.path(), before, want.content()) : null);
  }
}
