# What zsh offers for a line, in a real line editor: zsh -f capture.zsh <completion script> <line>
zmodload zsh/zpty || exit 1
zpty z zsh -f -i
setup=(
  'PROMPT=; unsetopt zle_bracketed_paste'
  'autoload -Uz compinit && compinit -u -D'
  "source ${(q)1}"
  "zstyle ':completion:*' list-grouped false; zstyle ':completion:*' insert-tab false; zstyle ':completion:*' list-separator ''"
  # Prints the candidates in the place of showing them.
  'compadd() { if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi; typeset -a found; builtin compadd -O found "$@"; local one; for one in $found; do print -r -- "<offered>$one"; done; }'
  'done_() { print -r -- "<end>"; exit }'
  'complete_() { comppostfuncs=(done_); _main_complete }'
  'zle -C complete_ complete-word complete_; bindkey "^I" complete_'
  'print -r -- "<ready"">"'
)
for one in $setup; do zpty -w z $one; done
while zpty -r z line; do [[ $line == *'<ready>'* ]] && break; done
zpty -n -w z "$2"$'\t'
while zpty -r z line; do
  line=${line//$'\r'/}
  [[ $line == *'<offered>'* ]] && print -r -- ${${line#*<offered>}%$'\n'}
  [[ $line == *'<end>'* ]] && break
done
zpty -d z
