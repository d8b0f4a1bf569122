# Prints what an interactive zsh offers, one candidate a line: candidates.zsh SCRIPT LINE
# The shell runs in a terminal of its own, gets the line and a tab; its compadd tells each word.
zmodload zsh/zpty
script=$1 line=$2

zpty shell zsh -f -i
talk() { zpty -w shell $1 }
# All output up to and without a line that is this word.
hear() {
  local heard=
  while zpty -r shell heard; do
    heard=${heard%$'\r\n'}
    [[ $heard == *$1 ]] && return
    print -r -- "$heard"
  done
}

talk 'PROMPT= RPROMPT=; stty -echo 2>/dev/null; unsetopt zle prompt_cr prompt_sp; setopt zle'
talk 'autoload -Uz compinit && compinit -D -u'
talk "source ${(q)script}"
talk 'zstyle ":completion:*" list-separator ""; bindkey "^I" complete-word; LISTMAX=10000'
talk 'compadd() {
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
    builtin compadd "$@"
    return
  fi
  local -a words
  builtin compadd -A words "$@"
  local word
  for word in $words; do print -r -- "candidate:$word"; done
  return 1
}'
talk 'print -r -- read""y'
hear ready >/dev/null
# The end comes by a widget after the completion is done.
talk 'finish() { print -r -- do""ne; zle kill-buffer }; zle -N finish; bindkey "^X" finish'
talk 'print -r -- set""up'
hear setup >/dev/null
zpty -w -n shell "$line"$'\t\x18'
hear done | tr -d '\r' | sed -n 's/.*candidate://p'
zpty -d shell
