import { commandTest, flagTest, valueCases, wordCases } from './cases';
import { Completable, CompletableOption, CompletableValue } from './completable';
import { quoted } from './quoted';

/** Completion for zsh: a file _nhi in a folder of fpath, or sourced after compinit. It calls nothing, not even `nhi`. */
export function zshCompletion(all: readonly Completable[]): string {
  return [
    '#compdef nhi',
    '# Completion of nhi for zsh. Made by: nhi completion zsh',
    ...flagTest('_nhi_takes_value', all, ({ takes }) => takes !== 'nothing'),
    ...flagTest('_nhi_takes_values', all, ({ takes }) => takes === 'values'),
    ...commandTest('_nhi_is_command', all),
    WALK,
    '  if [[ -n $flag ]]; then',
    '    case "$verb|$flag" in',
    ...valueCases(all, valued),
    '    esac',
    '  elif [[ $PREFIX == -* ]]; then',
    '    case $verb in',
    ...all.map(({ words, options }) => `    ${quoted(words)}) candidates=(${options.flatMap(described).join(' ')}) ;;`),
    '    esac',
    '    _describe -o option candidates',
    '    return',
    '  else',
    '    case "$verb|$position" in',
    ...wordCases(all, { commands: (commands) => `candidates=(${commands.map(({ name, says }) => pair(name, says)).join(' ')})`, value: valued }),
    '    esac',
    '  fi',
    '  (( $#candidates )) && _describe value candidates',
    '}',
    // Autoloaded, the file is the body of the function.
    'if [[ $funcstack[1] == _nhi ]]; then _nhi "$@"; else compdef _nhi nhi; fi',
  ].join('\n');
}

const described = ({ flags, says }: CompletableOption): string[] => flags.map((flag) => pair(flag, says));

/** A candidate and what it is, between which there is a colon. */
const pair = (name: string, says: string): string => quoted(`${name.replace(/[\\:]/g, '\\$&')}:${says}`);

function valued({ choices, names }: CompletableValue): string | undefined {
  return choices.length > 0 ? `candidates=(${choices.map((choice) => quoted(choice.replace(/[\\:]/g, '\\$&'))).join(' ')})`
    : names === undefined ? undefined : names === 'files' ? '_files; return' : '_path_files -/; return';
}

/** Finds the command, the flag whose value is completed, and the position. */
const WALK = `_nhi() {
  local word verb='' flag='' position=0 i
  local -a candidates
  for (( i = 2; i < CURRENT; i++ )); do
    word=\${(Q)words[i]}
    if [[ -n $flag ]]; then
      if [[ $word == -* ]]; then
        flag=''
      else
        _nhi_takes_values "$verb|$flag" || flag=''
        continue
      fi
    fi
    if [[ $word == -* ]]; then
      if _nhi_takes_value "$verb|$word"; then flag=$word; fi
    elif (( position == 0 )) && _nhi_is_command "\${verb:+$verb }$word"; then
      verb="\${verb:+$verb }$word"
    else
      (( position += 1 ))
    fi
  done
  if [[ $PREFIX == --*=* ]]; then
    flag=\${PREFIX%%=*}
    compset -P '*='
  elif [[ $PREFIX == -* ]]; then
    flag=''
  fi`;
