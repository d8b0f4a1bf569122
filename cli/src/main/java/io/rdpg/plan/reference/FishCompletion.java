package io.rdpg.plan.reference;

import io.rdpg.plan.reference.CommandPage.Option;
import java.util.List;
import java.util.Map;

/** Completions for fish: with descriptions, as fish shows them. */
final class FishCompletion {
  private static final String FRAME =
      """
      # Completion of rdpg-plan for fish, printed by: rdpg-plan completion fish

      # What is below plans/ or inventories/, in the project and where rdpg-plan is installed.
      function __rdpg_plan_below
          set -l program (commandline -opc)[1]
          set -l home (dirname (realpath (command -s $program; or echo .)))
          set home (string replace -r '/bin$' '' -- $home) # of a package
          set -l site $home
          string match -q '/usr/*' -- $home; and set site /etc/rdpg-plan
          set -l project $PWD
          test -n "$RDPG_PLAN_PROJECT"; and set project (realpath $RDPG_PLAN_PROJECT)
          while test $project != / -a ! -e $project/rdpg-plan.yml
              set project (dirname $project)
          end
          test -e $project/rdpg-plan.yml; or set project $home
          for file in $project/$argv[1]/*.yml $site/$argv[1]/*.yml $home/$argv[1]/*.yml
              string replace -r '.*/' '' -- $file | string replace -r '\\\\.yml$' ''
          end | sort -u
      end

      # Directories and YAML files that the word begins.
      function __rdpg_plan_files
          __fish_complete_path (commandline -ct | string replace -r '^--[^=]*=' '') |
              string match -r '^[^\\t]*(?:/|\\.yml)(?=\\t|$)'
      end

      function __rdpg_plan_plans
          printf '%s\\tplan\\n' (__rdpg_plan_below plans)
          __rdpg_plan_files
      end

      function __rdpg_plan_inventories
          printf '%s\\tinventory\\n' (__rdpg_plan_below inventories)
          __fish_complete_path (commandline -ct | string replace -r '^--[^=]*=' '')
      end

      complete -c rdpg-plan -f
      """;

  private FishCompletion() {}

  static String of(CommandPage root, Map<String, List<String>> words) {
    StringBuilder script = new StringBuilder(FRAME);
    root.allOptions()
        .forEach(option -> script.append(option("__fish_use_subcommand", option, words)));
    for (CommandPage command : root.commands()) {
      script
          .append("\ncomplete -c rdpg-plan -n __fish_use_subcommand -a ")
          .append(command.name())
          .append(" -d ")
          .append(quoted(command.summary()))
          .append('\n');
      String seen = "__fish_seen_subcommand_from " + command.name();
      String condition = quoted(seen);
      for (var parameter : command.parameters()) {
        CompletionKind what = CompletionKind.of(parameter.label(), parameter.choices(), words);
        String values = values(what);
        if (!values.isEmpty()) {
          script
              .append("complete -c rdpg-plan -n ")
              .append(
                  what instanceof CompletionKind.Words(List<String> choices)
                          && command.parameters().size() > 1
                      ? quoted(
                          seen
                              + "; and not __fish_seen_subcommand_from "
                              + String.join(" ", choices))
                      : condition)
              .append(values.replaceFirst("^ -x", ""))
              .append('\n');
        }
      }
      command.allOptions().forEach(option -> script.append(option(condition, option, words)));
    }
    return script.toString();
  }

  private static String option(String condition, Option option, Map<String, List<String>> words) {
    StringBuilder line = new StringBuilder("complete -c rdpg-plan -n ").append(condition);
    for (String name : option.names()) {
      line.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
    }
    if (option.label() != null) {
      String values = values(CompletionKind.of(option.label(), option.choices(), words));
      line.append(values.isEmpty() ? " -x" : values);
    }
    return line.append(" -d ").append(quoted(option.brief())).append('\n').toString();
  }

  private static String values(CompletionKind what) {
    return switch (what) {
      case CompletionKind.Plans _ -> " -x -a '(__rdpg_plan_plans)'";
      case CompletionKind.Inventories _ -> " -x -a '(__rdpg_plan_inventories)'";
      case CompletionKind.Files _ -> " -r -F";
      case CompletionKind.Directories _ -> " -x -a '(__fish_complete_directories)'";
      case CompletionKind.Words(List<String> words) -> " -x -a " + quoted(String.join(" ", words));
      case CompletionKind.Nothing _ -> "";
    };
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
