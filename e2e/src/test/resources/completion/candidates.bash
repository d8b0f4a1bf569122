# Prints what bash offers, one candidate a line: candidates.bash SCRIPT WORD...
# The last word is the one that is being written.
source "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
COMP_LINE="$*"
COMP_POINT=${#COMP_LINE}
# What was registered for the program is called as bash calls it.
read -r -a registered < <(complete -p rdpg-plan)
"${registered[2]}" "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
if ((${#COMPREPLY[@]})); then
  printf '%s\n' "${COMPREPLY[@]}"
fi
