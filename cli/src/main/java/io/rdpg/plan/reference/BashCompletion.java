package io.rdpg.plan.reference;

import io.rdpg.plan.reference.CommandPage.Option;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A completion script for bash 4 and later; needs no other package. */
final class BashCompletion {
  private static final String FRAME =
      """
      # Completion of rdpg-plan for bash, printed by: rdpg-plan completion bash
      # shellcheck shell=bash

      # What is below plans/ or inventories/, in the project and where rdpg-plan is installed.
      _rdpg_plan_below() {
        local program home site project directory file
        program=$(type -P "${COMP_WORDS[0]/#\\~/$HOME}") || program=
        home=$(dirname "$(readlink -f "${program:-.}")")
        home=${home%/bin} # of a package
        site=
        [[ $home != /usr/* ]] || site=/etc/rdpg-plan
        project=${RDPG_PLAN_PROJECT:-$PWD}
        while [[ -n $project && ! -e $project/rdpg-plan.yml ]]; do
          project=${project%"${project##*/}"}
          project=${project%/}
        done
        for directory in ${project:+"$project"} ${site:+"$site"} "$home"; do
          for file in "$directory/$1"/*.yml; do
            if [[ -e $file ]]; then
              file=${file##*/}
              printf '%s\\n' "${file%.yml}"
            fi
          done
        done
      }

      # Adds names and the files that the word begins.
      _rdpg_plan_files() {
        local found
        compopt -o filenames 2>/dev/null
        while IFS= read -r found; do
          if [[ -n $found ]]; then
            COMPREPLY+=("$found")
          fi
        done < <(
          compgen -W "$1" -- "$cur"
          compgen -f -X "$2" -- "$cur"
          compgen -d -- "$cur"
        )
      }

      _rdpg_plan_words() {
        local IFS=$' \\t\\n'
        # shellcheck disable=SC2207 # words have no blanks
        COMPREPLY=($(compgen -W "$1" -- "$cur"))
      }

      _rdpg_plan() {
        local cur prev command i
        COMPREPLY=()
        cur=${COMP_WORDS[COMP_CWORD]}
        prev=${COMP_WORDS[COMP_CWORD - 1]}
        # --option=value comes in three words
        if [[ $cur == "=" ]]; then
          cur=
        elif [[ $prev == "=" ]] && ((COMP_CWORD > 1)); then
          prev=${COMP_WORDS[COMP_CWORD - 2]}
        fi
        command=
        for ((i = 1; i < COMP_CWORD; i++)); do
          case ${COMP_WORDS[i]} in
            @COMMANDS@)
              command=${COMP_WORDS[i]}
              break
              ;;
          esac
        done
        case $command:$prev in
      @VALUES@
        esac
        if [[ $cur == -* ]]; then
          case $command in
      @OPTIONS@
          esac
          return
        fi
        case $command in
      @PARAMETERS@
        esac
      }

      complete -F _rdpg_plan rdpg-plan
      """;

  private BashCompletion() {}

  static String of(CommandPage root, Map<String, List<String>> words) {
    List<CommandPage> all = new ArrayList<>(List.of(root));
    all.addAll(root.commands());
    StringBuilder values = new StringBuilder();
    StringBuilder options = new StringBuilder();
    StringBuilder parameters = new StringBuilder();
    String names = String.join(" ", root.commands().stream().map(CommandPage::name).toList());
    for (CommandPage command : all) {
      String called = command.equals(root) ? "''" : command.name();
      List<String> known = new ArrayList<>();
      for (Option option : command.allOptions()) {
        known.addAll(option.names());
        if (option.label() != null) {
          String pattern =
              String.join(" | ", option.names().stream().map(name -> called + ":" + name).toList());
          values.append(
              branch(
                  "    ",
                  pattern,
                  action(CompletionKind.of(option.label(), option.choices(), words)) + "\nreturn"));
        }
      }
      options.append(
          branch("      ", called, "_rdpg_plan_words '" + String.join(" ", known) + "'"));
      if (command.equals(root)) {
        parameters.append(branch("    ", called, "_rdpg_plan_words '" + names + "'"));
      } else if (!command.parameters().isEmpty()) {
        var first = command.parameters().getFirst();
        String action = action(CompletionKind.of(first.label(), first.choices(), words));
        boolean alone = command.parameters().size() == 1;
        parameters.append(
            branch("    ", called, alone ? action : "[[ $prev != \"$command\" ]] || " + action));
      }
    }
    return FRAME
        .replace("@COMMANDS@", names.replace(" ", " | "))
        .replace("@VALUES@\n", values)
        .replace("@OPTIONS@\n", options)
        .replace("@PARAMETERS@\n", parameters);
  }

  private static String branch(String indent, String pattern, String action) {
    return indent
        + pattern
        + ")\n"
        + action.lines().map(line -> indent + "  " + line + "\n").reduce("", String::concat)
        + indent
        + "  ;;\n";
  }

  private static String action(CompletionKind what) {
    return switch (what) {
      case CompletionKind.Plans _ -> "_rdpg_plan_files \"$(_rdpg_plan_below plans)\" '!*.yml'";
      case CompletionKind.Inventories _ ->
          "_rdpg_plan_files \"$(_rdpg_plan_below inventories)\" ''";
      case CompletionKind.Files _ -> "_rdpg_plan_files '' ''";
      case CompletionKind.Directories _ -> "_rdpg_plan_files '' '*'";
      case CompletionKind.Words(List<String> words) ->
          "_rdpg_plan_words '" + String.join(" ", words) + "'";
      case CompletionKind.Nothing _ -> ":";
    };
  }
}
