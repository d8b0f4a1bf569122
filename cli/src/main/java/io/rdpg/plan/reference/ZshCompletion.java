package io.rdpg.plan.reference;

import io.rdpg.plan.reference.CommandPage.Option;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A completion function for zsh: with descriptions, as zsh shows them. */
final class ZshCompletion {
  private static final String FRAME =
      """
      #compdef rdpg-plan
      # Completion of rdpg-plan for zsh, printed by: rdpg-plan completion zsh

      # What is below plans/ or inventories/, in the project and where rdpg-plan is installed.
      _rdpg_plan_below() {
        local program=$_rdpg_plan_program
        local home=${${${program:c}:A:h}%/bin} # a package has it in bin/
        local site=$home
        [[ $home != /usr/* ]] || site=/etc/rdpg-plan
        local project=${${RDPG_PLAN_PROJECT:-$PWD}:A}
        while [[ $project != / && ! -e $project/rdpg-plan.yml ]]; do
          project=${project:h}
        done
        [[ -e $project/rdpg-plan.yml ]] || project=$home
        local -a names
        names=($project/$1/*.yml(N:t:r) $site/$1/*.yml(N:t:r) $home/$1/*.yml(N:t:r))
        print -rl -- ${(u)names}
      }

      _rdpg_plan_plans() {
        local -a names=(${(f)"$(_rdpg_plan_below plans)"})
        _alternative 'plans:plan:compadd -a names' 'files:plan file:_files -g "*.yml"'
      }

      _rdpg_plan_inventories() {
        local -a names=(${(f)"$(_rdpg_plan_below inventories)"})
        _alternative 'inventories:inventory:compadd -a names' \\
          'files:inventory file:_files'
      }

      _rdpg_plan_commands() {
        local -a commands=(
      @COMMANDS@
        )
        _describe -t commands 'command' commands
      }

      _rdpg_plan() {
        local curcontext=$curcontext state line ret=1
        local _rdpg_plan_program=$words[1]
        typeset -A opt_args
        _arguments -C \\
      @ROOT@
          '1:command:_rdpg_plan_commands' \\
          '*::argument:->arguments' && ret=0
        if [[ $state == arguments ]]; then
          case $words[1] in
      @BRANCHES@
          esac
        fi
        return ret
      }

      if [[ $funcstack[1] == _rdpg[-_]plan ]]; then
        _rdpg_plan "$@"
      else
        compdef _rdpg_plan rdpg-plan
      fi
      """;

  private ZshCompletion() {}

  static String of(CommandPage root, Map<String, List<String>> words) {
    StringBuilder commands = new StringBuilder();
    StringBuilder branches = new StringBuilder();
    for (CommandPage command : root.commands()) {
      commands.append(
          "    " + quoted(command.name() + ":" + command.summary().replace(":", "\\:")) + "\n");
      List<String> specs = new ArrayList<>();
      command.allOptions().forEach(option -> specs.add(option(option, words)));
      for (int i = 0; i < command.parameters().size(); i++) {
        specs.add(parameter(i + 1, command.parameters().get(i), words));
      }
      branches
          .append("      ")
          .append(command.name())
          .append(")\n        _arguments \\\n          ")
          .append(String.join(" \\\n          ", specs))
          .append(" && ret=0\n        ;;\n");
    }
    StringBuilder own = new StringBuilder();
    root.allOptions().forEach(option -> own.append("    " + option(option, words) + " \\\n"));
    return FRAME
        .replace("@COMMANDS@\n", commands)
        .replace("@ROOT@\n", own)
        .replace("@BRANCHES@\n", branches);
  }

  private static String parameter(
      int number, CommandPage.Parameter parameter, Map<String, List<String>> words) {
    String place = parameter.many() ? "*:" : number + (parameter.required() ? ":" : "::");
    CompletionKind what = CompletionKind.of(parameter.label(), parameter.choices(), words);
    return quoted(place + message(parameter.label()) + ":" + action(what));
  }

  private static String option(Option option, Map<String, List<String>> words) {
    String about = "[" + escaped(option.brief()) + "]";
    String value = "";
    List<String> names = option.names();
    if (option.label() != null) {
      value =
          ":"
              + message(option.label())
              + ":"
              + action(CompletionKind.of(option.label(), option.choices(), words));
      names = names.stream().map(name -> name.startsWith("--") ? name + "=" : name + "+").toList();
    }
    String others = option.repeatable() ? "*" : "(" + String.join(" ", option.names()) + ")";
    return names.size() == 1
        ? quoted(others + names.getFirst() + about + value)
        : quoted(others) + "{" + String.join(",", names) + "}" + quoted(about + value);
  }

  private static String action(CompletionKind what) {
    return switch (what) {
      case CompletionKind.Plans _ -> "_rdpg_plan_plans";
      case CompletionKind.Inventories _ -> "_rdpg_plan_inventories";
      case CompletionKind.Files _ -> "_files";
      case CompletionKind.Directories _ -> "_files -/";
      case CompletionKind.Words(List<String> words) -> "(" + String.join(" ", words) + ")";
      case CompletionKind.Nothing _ -> " ";
    };
  }

  private static String message(String label) {
    return label.replace(":", "\\:");
  }

  /** Escaped for brackets of a specification. */
  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]");
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
