import { commandTest, flagTest, valueCases, wordCases } from './cases';
import { Completable, CompletableValue } from './completable';
import { quoted } from './quoted';

/** Completion for bash, from version 3.2 on, which macOS has. It calls nothing, not even `nhi`. */
export function bashCompletion(all: readonly Completable[]): string {
  return [
    '# Completion of nhi for bash. Made by: nhi completion bash',
    ...flagTest('_nhi_takes_value', all, ({ takes }) => takes !== 'nothing'),
    ...flagTest('_nhi_takes_values', all, ({ takes }) => takes === 'values'),
    ...commandTest('_nhi_is_command', all),
    WALK,
    '  if [ -n "$flag" ]; then',
    '    case "$verb|$flag" in',
    ...valueCases(all, valued),
    '    esac',
    '  elif [[ $cur == -* ]]; then',
    '    case $verb in',
    ...all.map(({ words, options }) => `    ${quoted(words)}) candidates=(${options.flatMap(({ flags }) => flags).map(quoted).join(' ')}) ;;`),
    '    esac',
    '  else',
    '    case "$verb|$position" in',
    ...wordCases(all, { commands: (commands) => `candidates=(${commands.map(({ name }) => quoted(name)).join(' ')})`, value: valued }),
    '    esac',
    '  fi',
    REPLY,
    'complete -F _nhi nhi',
  ].join('\n');
}

function valued({ choices, names }: CompletableValue): string | undefined {
  return choices.length > 0 ? `candidates=(${choices.map(quoted).join(' ')})` : names === undefined ? undefined : `names=${names === 'files' ? '-f' : '-d'}`;
}

/** Finds the command, the flag whose value is completed, and the position. Bash splits --flag=value at the equals sign. */
const WALK = `_nhi() {
  local cur=\${COMP_WORDS[COMP_CWORD]} word verb='' flag='' names='' before='' position=0 i
  local -a candidates=()
  COMPREPLY=()
  for (( i = 1; i < COMP_CWORD; i++ )); do
    word=\${COMP_WORDS[i]}
    if [ -n "$flag" ]; then
      case $word in
        =) continue ;;
        -*) flag='' ;;
        *) _nhi_takes_values "$verb|$flag" || flag=''
           continue ;;
      esac
    fi
    case $word in
      -*) if _nhi_takes_value "$verb|$word"; then flag=$word; fi ;;
      *) if [ "$position" -eq 0 ] && _nhi_is_command "\${verb:+$verb }$word"; then verb="\${verb:+$verb }$word"; else position=$(( position + 1 )); fi ;;
    esac
  done
  case $cur in
    =) cur='' ;;
    --*=*) before="\${cur%%=*}="; flag=\${cur%%=*}; cur=\${cur#*=} ;;
    -*) flag='' ;;
  esac`;

const REPLY = `  if [ -n "$names" ]; then
    compopt -o filenames 2>/dev/null
    while IFS= read -r word; do COMPREPLY+=("$before$word"); done < <(compgen "$names" -- "$cur")
    return
  fi
  for word in \${candidates[@]+"\${candidates[@]}"}; do
    if [[ $word == "$cur"* ]]; then COMPREPLY+=("$before$word"); fi
  done
}`;
